namespace Dispatch.Worker.Transfer.Systems;

/// <summary>
/// Our own CSV, and any other with a column of addresses. <c>email</c> is required; <c>name, language, newsletters, status, confirmed_at,
/// source</c> and the columns that our export adds are recognized. If there is no <c>status</c> column, the person who imports the file has
/// to say what the readers are.
/// </summary>
internal sealed class OwnFile : SourceSystem
{
    private static readonly string[] AddressNames = ["email", "e-mail", "email address", "e-mail address", "email_address", "mail"];

    public override string Name => "dispatch";
    public override string Title => "a CSV in Dispatch's form";

    /// <summary>Whether a file is an export of Dispatch, whose every status was decided here.</summary>
    internal static bool IsExport(SourceColumns columns) =>
        columns.Has("email", "newsletters", "status", "confirmed_at", "source", "created_at", "consent_version");

    public override string? Recognize(SourceColumns columns)
    {
        foreach (var name in AddressNames)
            if (columns.Has(name))
                return columns.Has("status") ? $"it has the columns {name} and status"
                    : $"it has a column {name}; but none says whether its readers are subscribed";
        return null;
    }

    public override void Read(SourceRow row, ReaderDraft reader)
    {
        reader.Email = row.TakeAny(AddressNames) ?? "";
        reader.Name = row.Take("name") ?? ReaderDraft.FullName(row.Take("first_name"), row.Take("last_name"));
        reader.Language = row.Take("language");
        reader.ConfirmedAt = reader.Date(row, "confirmed_at");
        reader.CreatedAt = reader.Date(row, "created_at");
        reader.UnsubscribedAt = reader.Date(row, "unsubscribed_at");
        reader.PausedUntil = reader.Date(row, "paused_until");
        reader.Consent = row.Take("consent_version");
        reader.Source = row.Take("source");
        if (row.Take("newsletters") is { Length: > 0 } newsletters)
            reader.Newsletters = [.. newsletters.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
                .Select(slug => (slug, (ReaderStatus?)null))];
        if (row.Take("status") is { } word)
            ReadStatus(word, reader);
    }

    private static void ReadStatus(string word, ReaderDraft reader)
    {
        if (string.IsNullOrWhiteSpace(word))
            reader.Status = ReaderStatus.Pending;
        else if (StatusWords.Read(word) is { } status)
            reader.Status = status;
        else
            reader.Refuse("status", "isn't a known word", $"one of {StatusWords.All}");
    }
}
