namespace Dispatch.Worker.Transfer.Systems;

/// <summary>
/// Mailchimp's audience export: a zip of four files whose names say what their readers are. Merge fields come first, in any number and
/// language, so if no column has a known name, the first one is the address.
/// </summary>
internal sealed class Mailchimp : SourceSystem
{
    private static readonly string[] Addresses = ["Email Address", "Email", "E-mail Address", "EMAIL"];
    private static readonly string[] FirstNames = ["First Name", "FNAME", "Vorname", "Prénom", "Имя", "Jméno"];
    private static readonly string[] LastNames = ["Last Name", "LNAME", "Nachname", "Nom", "Фамилия", "Příjmení"];
    private static readonly string[] Languages = ["Language preference", "Language", "LANGUAGE", "Sprache"];

    // Places that Mailchimp derives from readers' IP addresses, and its rating by opens and clicks.
    private static readonly HashSet<string> Derived =
        new(StringComparer.OrdinalIgnoreCase) { "GMTOFF", "DSTOFF", "TIMEZONE", "CC", "REGION" };

    public override string Name => "mailchimp";
    public override string Title => "Mailchimp";

    public override IReadOnlyList<string> Remarks =>
        ["Readers without an OPTIN_IP, or with 127.0.0.1, were added by an import or a program: the file has no proof of their opt-in."];

    public override string? Recognize(SourceColumns columns)
    {
        if (!columns.Has("MEMBER_RATING", "OPTIN_TIME", "CONFIRM_TIME", "LEID", "EUID"))
            return null;
        return StatusOf(columns) is null && !IsNonsubscribed(columns)
            ? "it has Mailchimp's columns, but its name doesn't say what its readers are, as Mailchimp's names do"
            : "it has Mailchimp's columns, and its name or columns say what its readers are";
    }

    public override void Read(SourceRow row, ReaderDraft reader)
    {
        if (IsNonsubscribed(row.Columns))
            reader.Skip("Mailchimp's nonsubscribed contacts never signed up");
        reader.Email = row.TakeAny(Addresses) ?? row.TakeAt(0);
        reader.Name = ReaderDraft.FullName(row.TakeAny(FirstNames), row.TakeAny(LastNames));
        reader.Language = row.TakeAny(Languages);
        reader.Status = StatusOf(row.Columns);
        var (optIn, confirmed) = (reader.Date(row, "OPTIN_TIME"), reader.Date(row, "CONFIRM_TIME"));
        reader.ConfirmedAt = confirmed ?? optIn;
        reader.WithoutProof = row.Take("OPTIN_IP")?.Trim() is null or "" or "127.0.0.1";
        foreach (var dropped in (ReadOnlySpan<string>)["CONFIRM_IP", "LAST_CHANGED", "LEID", "EUID"])
            row.Take(dropped);
        reader.UnsubscribedAt = reader.Date(row, "UNSUB_TIME") ?? reader.Date(row, "CLEAN_TIME");
        if (row.Take("UNSUB_REASON") is { } reason && (Says(reason, "SPAM") || Says(reason, "ABUSE")))
            reader.Status = ReaderStatus.Complained;
        if (row.Take("TAGS") is { Length: > 0 } tags)
            reader.Fields["TAGS"] = Tags(tags);
    }

    public override string? Drops(string column) =>
        Derived.Contains(column) ? "place derived from an IP address"
        : column.Equals("MEMBER_RATING", StringComparison.OrdinalIgnoreCase) ? "what readers opened or clicked" : base.Drops(column);

    private static bool Says(string reason, string word) => reason.Contains(word, StringComparison.OrdinalIgnoreCase);

    private static bool IsNonsubscribed(SourceColumns columns) => Begins(columns, "nonsubscribed");

    private static bool Begins(SourceColumns columns, string word) => columns.File.StartsWith(word, StringComparison.OrdinalIgnoreCase);

    // Columns that only readers who left have overrule the file's name.
    private static ReaderStatus? StatusOf(SourceColumns columns) =>
        columns.Has("CLEAN_TIME") || Begins(columns, "cleaned") ? ReaderStatus.Bounced
        : columns.Has("UNSUB_TIME") || Begins(columns, "unsubscribed") ? ReaderStatus.Unsubscribed
        : Begins(columns, "subscribed") ? ReaderStatus.Confirmed : null;

    // Several quoted values inside one cell: "a","b, c".
    private static string Tags(string cell) => string.Join("; ", cell.Trim().Trim('"').Split("\",\"", StringSplitOptions.TrimEntries));
}
