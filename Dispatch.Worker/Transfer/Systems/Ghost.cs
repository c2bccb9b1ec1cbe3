namespace Dispatch.Worker.Transfer.Systems;

/// <summary>Ghost's export of members.</summary>
internal sealed class Ghost : SourceSystem
{
    public override string Name => "ghost";
    public override string Title => "Ghost";

    public override IReadOnlyList<string> Remarks =>
    [
        "Ghost does not export its suppression list: members whose addresses bounced or who complained look like any other. Import them "
            + "from your mail provider with suppressions import, before the first issue.",
        "Ghost says only whether a member gets any newsletter, not which one.",
    ];

    public override string? Recognize(SourceColumns columns) =>
        columns.Has("email", "subscribed_to_emails", "complimentary_plan", "created_at", "labels")
            ? HasColumns("subscribed_to_emails", "complimentary_plan", "labels") : null;

    public override void Read(SourceRow row, ReaderDraft reader)
    {
        reader.Email = row.Take("email") ?? "";
        reader.Name = row.Take("name");
        reader.ConfirmedAt = reader.Date(row, "created_at");
        var left = reader.Date(row, "deleted_at") is not null;
        reader.Status = reader.YesOrNo(row, "subscribed_to_emails") is true && !left ? ReaderStatus.Confirmed : ReaderStatus.Unsubscribed;
    }
}
