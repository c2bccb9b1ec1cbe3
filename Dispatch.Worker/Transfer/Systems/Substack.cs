namespace Dispatch.Worker.Transfer.Systems;

/// <summary>
/// Substack's list of subscribers. <c>active_subscription</c> means that the reader pays; only <c>email_disabled</c> says who gets no mail.
/// </summary>
internal sealed class Substack : SourceSystem
{
    public override string Name => "substack";
    public override string Title => "Substack";

    public override IReadOnlyList<string> Remarks =>
        ["Substack has no names, and does not say whether an address with email_disabled left or can't be reached: it is never emailed."];

    public override string? Recognize(SourceColumns columns) =>
        columns.Has("email", "active_subscription", "email_disabled", "created_at")
            ? HasColumns("active_subscription", "email_disabled", "created_at") : null;

    public override void Read(SourceRow row, ReaderDraft reader)
    {
        reader.Email = row.Take("email") ?? "";
        reader.Name = row.Take("name");
        reader.ConfirmedAt = reader.Date(row, "created_at");
        reader.Status = reader.YesOrNo(row, "email_disabled") is false ? ReaderStatus.Confirmed : ReaderStatus.Unsubscribed;
    }
}
