namespace Dispatch.Worker.Transfer.Systems;

/// <summary>Kit's (formerly ConvertKit's) export of subscribers, with either of the two headers seen in practice.</summary>
internal sealed class Kit : SourceSystem
{
    public override string Name => "kit";
    public override string Title => "Kit";

    public override string? Recognize(SourceColumns columns) =>
        columns.Has("first_name", "email_address", "state", "created_at") ? HasColumns("first_name", "email_address", "state")
        : columns.Has("first_name", "email", "status", "created_at") ? HasColumns("first_name", "email", "status") : null;

    public override void Read(SourceRow row, ReaderDraft reader)
    {
        reader.Email = row.TakeAny("email_address", "email") ?? "";
        reader.Name = ReaderDraft.FullName(row.Take("first_name"), row.TakeAny("Last name", "last_name"));
        reader.ConfirmedAt = reader.Date(row, "created_at");
        row.Take("id");
        // "Cold" only means that Kit's pixel saw no opens; these readers are subscribed.
        reader.StatusBy(row, row.Columns.Has("state") ? "state" : "status", word => word switch
        {
            "active" or "cold" => ReaderStatus.Confirmed,
            "inactive" or "unconfirmed" => ReaderStatus.Pending,
            "cancelled" or "unsubscribed" => ReaderStatus.Unsubscribed,
            "bounced" => ReaderStatus.Bounced,
            "complained" => ReaderStatus.Complained,
            _ => null,
        }, "active, cold, inactive, cancelled, bounced, complained");
    }
}
