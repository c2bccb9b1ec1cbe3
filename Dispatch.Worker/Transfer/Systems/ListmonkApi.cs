using System.Text.Json;

namespace Dispatch.Worker.Transfer.Systems;

/// <summary>
/// The response of listmonk's <c>GET /api/subscribers?per_page=all</c>, the only listmonk export that says who is subscribed to what.
/// </summary>
internal sealed class ListmonkApi : SourceSystem
{
    public override string Name => "listmonk-api";
    public override string Title => "listmonk (JSON of its API)";

    public override string? Recognize(SourceColumns columns) =>
        columns.Has("email", "lists", "status", "attribs") ? "its entries have email, lists, status and attribs" : null;

    public override void Read(SourceRow row, ReaderDraft reader)
    {
        reader.Email = row.Take("email") ?? "";
        reader.Name = row.Take("name");
        reader.ConfirmedAt = reader.Date(row, "created_at");
        reader.Date(row, "updated_at");
        row.Take("id");
        row.Take("uuid");
        TakeJson(row.Take("attribs"), "attribs", reader);
        ReadLists(row.Take("lists"), reader);
        switch (row.Take("status")?.Trim().ToLowerInvariant())
        {
            case "enabled":
                break;
            case "disabled" or "blocklisted" or "blacklisted":
                reader.Status = ReaderStatus.Unsubscribed;
                reader.Newsletters = reader.Newsletters?.ConvertAll(list => (list.Newsletter, (ReaderStatus?)ReaderStatus.Unsubscribed));
                break;
            default:
                reader.Refuse("status", "isn't a known word", "one of enabled, disabled, blocklisted");
                break;
        }
    }

    private static void ReadLists(string? text, ReaderDraft reader)
    {
        try
        {
            using var lists = JsonDocument.Parse(text is { Length: > 0 } ? text : "[]");
            reader.NewslettersAreElsewhere = true;
            reader.Newsletters = [];
            foreach (var list in lists.RootElement.EnumerateArray())
                reader.Newsletters.Add((Text(list, "name"), Text(list, "subscription_status").ToLowerInvariant() switch
                {
                    "confirmed" => ReaderStatus.Confirmed,
                    "unconfirmed" => ReaderStatus.Pending,
                    "unsubscribed" => ReaderStatus.Unsubscribed,
                    _ => null,
                }));
            if (reader.Newsletters.Any(list => list.Status is null))
                reader.Refuse("lists", "holds a subscription_status that isn't known", "one of confirmed, unconfirmed, unsubscribed");
            if (reader.Newsletters.Count == 0)
                (reader.Newsletters, reader.Status) = (null, ReaderStatus.Pending); // on no list: nobody's reader
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            reader.Refuse("lists", "is not a list of objects", "the entry as it was exported");
        }
    }

    private static string Text(JsonElement list, string name) =>
        list.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String ? value.GetString() ?? "" : "";
}
