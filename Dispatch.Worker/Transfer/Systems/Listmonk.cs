namespace Dispatch.Worker.Transfer.Systems;

/// <summary>listmonk's CSV export (<c>cmd/subscribers.go</c>, <c>ExportSubscribers</c>).</summary>
/// <remarks>
/// It has the status of the account and not of any subscription. Readers who never confirmed, and readers who left every list, are
/// <c>enabled</c> as well, so somebody has to say which filter made the file.
/// </remarks>
internal sealed class Listmonk : SourceSystem
{
    public override string Name => "listmonk";
    public override string Title => "listmonk (CSV)";
    public override bool NeedsWord => true;

    public override IReadOnlyList<string> Remarks =>
    [
        "listmonk's CSV does not say who is subscribed: readers who left, or never confirmed, look like all others. Say what the file "
            + "holds with --status (confirmed, pending or unsubscribed), or export it with the API, which says it for each newsletter.",
    ];

    public override string? Recognise(SourceColumns columns) =>
        columns.Has("uuid", "email", "name", "attributes", "status", "created_at", "updated_at")
            ? HasColumns("uuid", "attributes", "status", "updated_at") : null;

    public override void Read(SourceRow row, ReaderDraft reader)
    {
        reader.Email = row.Take("email") ?? "";
        reader.Name = row.Take("name");
        reader.ConfirmedAt = reader.Date(row, "created_at");
        reader.Date(row, "updated_at");
        TakeJson(row.Take("attributes"), "attributes", reader);
        switch (row.Take("status")?.Trim().ToLowerInvariant())
        {
            case "enabled":
                break; // the file does not say whether the reader is subscribed
            case "disabled" or "blocklisted" or "blacklisted":
                reader.Status = ReaderStatus.Unsubscribed;
                break;
            default:
                reader.Refuse("status", "is a word that isn't known", "one of enabled, disabled, blocklisted");
                break;
        }
    }
}
