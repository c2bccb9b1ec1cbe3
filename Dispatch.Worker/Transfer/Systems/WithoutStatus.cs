using Dispatch.Worker.Transfer.Reading;

namespace Dispatch.Worker.Transfer.Systems;

/// <summary>
/// Systems that export lists of one kind of reader without a trustworthy column that says which kind. The person who imports the file has
/// to say.
/// </summary>
/// <param name="name">The name on the command line.</param>
/// <param name="title">The display name.</param>
/// <param name="email">The column with the address.</param>
/// <param name="date">The column with the date on which the reader joined, or null.</param>
/// <param name="signature">Columns that occur together only in this system's files.</param>
internal sealed class WithoutStatus(string name, string title, string email, string? date, string[] signature) : SourceSystem
{
    public override string Name => name;
    public override string Title => title;
    public override bool NeedsWord => true;

    public override IReadOnlyList<string> Remarks =>
        [$"{title} exports one kind of reader at a time and doesn't say which: say it with --status (confirmed, pending, unsubscribed, "
            + "bounced or complained)."];

    public override string? Recognize(SourceColumns columns) => columns.Has(signature) ? HasColumns(signature) : null;

    public override void Read(SourceRow row, ReaderDraft reader)
    {
        reader.Email = row.Take(email) ?? "";
        reader.Name = row.Take("Name")
            ?? ReaderDraft.FullName(row.TakeAny("FIRSTNAME", "First name"), row.TakeAny("LASTNAME", "Last name"));
        if (date is not null)
            reader.ConfirmedAt = DateIfAny(row, date);
        if (row.Columns.Has("Status"))
            ReadStatus(row, reader);
        // A word more careful than the status. For paying readers, beehiiv gives the date of leaving beside "active".
        var isDay = Moments.TryRead(row.Take("unsubscribed_at"), out var left, out _);
        reader.UnsubscribedAt = left;
        var isBlacklisted = row.Take("EMAIL_BLACKLISTED") is { } cell && !string.IsNullOrWhiteSpace(cell)
            && reader.YesOrNo(row, "EMAIL_BLACKLISTED") is true;
        if ((left is not null || !isDay || isBlacklisted) && reader.Status is null or < ReaderStatus.Unsubscribed)
            reader.Status = ReaderStatus.Unsubscribed;
    }

    // Brevo writes 12-04-2022, in an order that depends on the account. Such a date is ignored, so --consent-date is needed.
    private static DateTimeOffset? DateIfAny(SourceRow row, string column) =>
        row.Take(column) is { Length: > 0 } text && Moments.TryRead(text, out var at, out _) ? at : null;

    // "Active" readers may never have confirmed, so that word proves nothing. The more careful words count.
    private static void ReadStatus(SourceRow row, ReaderDraft reader)
    {
        switch (row.Take("Status")?.Trim().ToLowerInvariant())
        {
            case "active" or "subscribed" or "":
                break;
            case "pending" or "unconfirmed" or "validating" or "needs_attention":
                reader.Status = ReaderStatus.Pending;
                break;
            case "inactive" or "unsubscribed" or "blocklisted" or "blacklisted":
                reader.Status = ReaderStatus.Unsubscribed;
                break;
            case "bounced" or "invalid":
                reader.Status = ReaderStatus.Bounced;
                break;
            case "complained" or "spam" or "marked as spam":
                reader.Status = ReaderStatus.Complained;
                break;
            default:
                reader.Refuse("Status", "isn't a known word", "one of active, pending, unsubscribed, bounced, complained");
                break;
        }
    }

    public override string? Drops(string column) => column.ToLowerInvariant() switch
    {
        "location" => "place derived from an IP address",
        "sent" => "what readers were sent",
        _ => base.Drops(column),
    };
}
