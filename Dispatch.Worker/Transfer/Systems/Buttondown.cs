using Dispatch.Worker.Transfer.Reading;

namespace Dispatch.Worker.Transfer.Systems;

/// <summary>Buttondown's export of subscribers (<c>SubscriberType</c> in its OpenAPI description).</summary>
internal sealed class Buttondown : SourceSystem
{
    public override string Name => "buttondown";
    public override string Title => "Buttondown";

    public override string? Recognize(SourceColumns columns) =>
        columns.Has("email", "subscriber_type", "creation_date", "subscription_date", "metadata")
            ? HasColumns("subscriber_type", "creation_date", "metadata") : null;

    public override void Read(SourceRow row, ReaderDraft reader)
    {
        reader.Email = row.Take("email") ?? "";
        var created = reader.Date(row, "creation_date");
        reader.ConfirmedAt = reader.Date(row, "subscription_date") ?? created;
        reader.UnsubscribedAt = reader.Date(row, "unsubscription_date");
        row.Take("id");
        row.Take("secondary_id");
        if (row.Take("metadata") is { Length: > 0 } metadata)
            if (PythonDict.Read(metadata) is { } entries)
                foreach (var (key, value) in entries)
                    Take(key, value, reader);
            else
                TakeJson(metadata, "metadata", reader);
        if (row.Take("tags") is { Length: > 0 } tags)
            reader.Fields["tags"] = tags.Replace(";", "; ", StringComparison.Ordinal);
        if (row.Take("subscriber_type")?.Trim().ToLowerInvariant() is "blocked" or "spammy")
            reader.Skip("Buttondown's firewall blocked these as robots");
        else
            reader.StatusBy(row, "subscriber_type", StatusOf, "regular, premium, gifted, trialed, past_due, churning, churned, paused, "
                + "unactivated, unpaid, upcoming, unsubscribed, removed, undeliverable, complained, blocked");
    }

    // "Paused", "churned" and the like are about payment, not about mail.
    private static ReaderStatus? StatusOf(string type) => type switch
    {
        "regular" or "premium" or "gifted" or "trialed" or "past_due" or "churning" or "churned" or "paused" => ReaderStatus.Confirmed,
        "unactivated" or "unpaid" or "upcoming" => ReaderStatus.Pending,
        "unsubscribed" or "removed" => ReaderStatus.Unsubscribed,
        "undeliverable" => ReaderStatus.Bounced,
        "complained" => ReaderStatus.Complained,
        _ => null,
    };
}
