using System.Globalization;

namespace Dispatch.Worker.Transfer.Systems;

/// <summary>phpList's export (<c>admin/actions/export.php</c>): separated by tabs, with sentences as headers.</summary>
internal sealed class PhpList : SourceSystem
{
    private const string Confirmed = "Is this subscriber confirmed", Blacklisted = "Is this subscriber blacklisted",
        OptedIn = "Did this subscriber manually confirm", Bounces = "Number of bounces", Disabled = "Is this account disabled?",
        Lists = "List Membership";

    public override string Name => "phplist";
    public override string Title => "phpList";

    public override IReadOnlyList<string> Remarks =>
        ["phpList's blacklist does not say who left and who complained: neither is emailed. Its dates are read as UTC."];

    public override string? Recognize(SourceColumns columns) =>
        columns.Has("Email", Confirmed, Blacklisted, Disabled, Bounces, Lists, "Entered") ? HasColumns(Confirmed, Blacklisted) : null;

    public override void Read(SourceRow row, ReaderDraft reader)
    {
        reader.Email = row.Take("Email") ?? "";
        reader.Name = row.TakeAny("Name", "name");
        reader.ConfirmedAt = reader.Date(row, "Entered");
        reader.Date(row, "Last Modified");
        foreach (var dropped in (ReadOnlySpan<string>)["id", "Unique ID", "Send this subscriber HTML emails", "RSS Frequency"])
            row.Take(dropped);
        var (confirmed, blacklisted) = (reader.YesOrNo(row, Confirmed), reader.YesOrNo(row, Blacklisted));
        var disabled = reader.YesOrNo(row, Disabled);
        var bounces = int.TryParse(row.Take(Bounces), NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count : 0;
        // Each list's name ends with a semicolon. Anything else, such as "No Lists", isn't a list.
        var lists = row.Take(Lists)?.Trim() ?? "";
        var onNoList = !lists.EndsWith(';');
        reader.WithoutProof = row.Columns.Has(OptedIn) && reader.YesOrNo(row, OptedIn) is not true;
        if (!onNoList)
            reader.Fields[Lists] = lists.TrimEnd(';');
        reader.Status = blacklisted is true && bounces > 0 ? ReaderStatus.Bounced
            : blacklisted is not false || disabled is not false ? ReaderStatus.Unsubscribed
            : confirmed is not true ? ReaderStatus.Pending
            : onNoList ? ReaderStatus.Unsubscribed : ReaderStatus.Confirmed;
    }
}
