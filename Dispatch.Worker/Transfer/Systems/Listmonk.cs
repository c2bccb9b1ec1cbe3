namespace Dispatch.Worker.Transfer.Systems;

/// <summary>listmonk's CSV export (<c>cmd/subscribers.go</c>, <c>ExportSubscribers</c>).</summary>
/// <remarks>
/// It gives the status of the account, not of any subscription. Readers who never confirmed or who left every list are <c>enabled</c> too,
/// so the person who imports the file has to say which filter produced it.
/// </remarks>
internal sealed class Listmonk : SourceSystem
{
    public override string Name => "listmonk";
    public override string Title => "listmonk (CSV)";
    public override bool NeedsWord => true;

    public override IReadOnlyList<string> Remarks =>
    [
        "listmonk's CSV does not say who is subscribed: readers who left, or never confirmed, look like any other. Say what the file "
            + "contains with --status (confirmed, pending or unsubscribed), or export with the API, which says so for each newsletter.",
    ];

    public override string? Recognize(SourceColumns columns) =>
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
                reader.Refuse("status", "isn't a known word", "one of enabled, disabled, blocklisted");
                break;
        }
    }
}
