namespace Dispatch.Worker.Transfer.Systems;

/// <summary>Keila's export of contacts. It has no date of any kind.</summary>
internal sealed class Keila : SourceSystem
{
    public override string Name => "keila";
    public override string Title => "Keila";

    public override IReadOnlyList<string> Remarks =>
        ["Keila exports no dates: its active contacts are pending, unless --consent-date says by which day they had all consented."];

    public override string? Recognize(SourceColumns columns) =>
        columns.Has("Email", "First name", "Last name", "Data", "Status", "External ID")
            ? HasColumns("Data", "Status", "External ID") : null;

    public override void Read(SourceRow row, ReaderDraft reader)
    {
        reader.Email = row.Take("Email") ?? "";
        reader.Name = ReaderDraft.FullName(row.Take("First name"), row.Take("Last name"));
        TakeJson(row.Take("Data"), "Data", reader);
        reader.StatusBy(row, "Status", word => word switch
        {
            "active" => ReaderStatus.Confirmed,
            "unsubscribed" => ReaderStatus.Unsubscribed,
            "unreachable" => ReaderStatus.Bounced,
            _ => null,
        }, "active, unsubscribed, unreachable");
    }
}
