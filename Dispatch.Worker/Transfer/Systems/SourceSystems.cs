using Dispatch.Worker.Transfer.Reading;

namespace Dispatch.Worker.Transfer.Systems;

/// <summary>All known systems, the most specific first.</summary>
public static class SourceSystems
{
    private static readonly SourceSystem[] All =
    [
        new Listmonk(), new ListmonkApi(), new Mailchimp(), new Substack(), new Ghost(), new Buttondown(), new Keila(), new PhpList(),
        new Kit(),
        new WithoutStatus("mailerlite", "MailerLite", "Subscriber", "Subscribed", ["Subscriber", "Sent", "Opens", "Clicks", "Subscribed"]),
        new WithoutStatus("brevo", "Brevo", "EMAIL", "ADDED_TIME", ["EMAIL", "ADDED_TIME", "MODIFIED_TIME"]),
        new WithoutStatus("beehiiv", "beehiiv", "Email", "Created At", ["Email", "Status", "Tier", "Created At"]),
        new WithoutStatus("beehiiv", "beehiiv", "email", "created_at", ["email", "status", "tier", "created_at"]),
        new WithoutStatus("sendy", "Sendy", "Email", null, ["Name", "Email", "Last activity"]),
        new OwnFile(),
    ];

    /// <summary>The names accepted by <c>--from</c>.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. All.Select(system => system.Name).Distinct().Append("csv")];

    /// <summary>The same names, each with the one that people know, for a list to choose from.</summary>
    public static IReadOnlyList<(string Name, string Title)> Titles { get; } =
        [.. All.Where(system => system is not OwnFile).DistinctBy(system => system.Name).Select(system => (system.Name, system.Title))
            .OrderBy(system => system.Title, StringComparer.OrdinalIgnoreCase), ("csv", "Any other CSV, or Dispatch’s own")];

    /// <summary>Finds the system of a file.</summary>
    /// <param name="columns">The file's columns.</param>
    /// <param name="named">The system chosen by the person who imports the file, or null.</param>
    /// <param name="mapped">Whether that person mapped the columns.</param>
    /// <returns>The system, and how it was recognized.</returns>
    /// <exception cref="UnreadableFileException">The file has no system's columns, or not those of the chosen system.</exception>
    public static (SourceSystem System, string Because) Of(SourceColumns columns, string? named, bool mapped)
    {
        // Our own export may have fields that look like another system's columns.
        if (named is "csv" || (named is null && (mapped || columns.Has("email", "newsletters", "status", "confirmed_at", "source"))))
            named = "dispatch";
        foreach (var system in All)
            if (named is null || system.Name == named || (named == "listmonk" && system is ListmonkApi))
                if (system.Recognize(columns) is { } because)
                    return (system, because);
        // The message would repeat such a line.
        if (columns.Names.Any(name => name.Contains('@')))
            throw new UnreadableFileException($"{columns.File} has no header: there is an address in its first line. Add a line above it "
                + "that names the columns, such as email,name.");
        var names = string.Join(", ", columns.Names.Take(40));
        if (columns.Names is [var only] && named is null or "dispatch")
            throw new UnreadableFileException($"{columns.File} isn't recognized. It has one column: {only}. If that is the address, say "
                + $"so with --map \"{only}=email\". If it is a title, remove it, so that the first line names the columns. If it is "
                + "several columns, separate them with commas, semicolons or tabs.");
        throw new UnreadableFileException(named is null or "dispatch"
            ? $"{columns.File} isn't recognized. Its columns are: {names}. Say which one is the address with "
                + $"--map \"{AddressIn(columns)}=email\", and which are name, language, status or confirmed_at, if there are such."
            : $"{columns.File} isn't an export from {named}: columns that all of them have are missing. Its columns are: {names}.");
    }

    // A guess for the example alone: somebody has to say it, and to look at the other columns.
    private static string AddressIn(SourceColumns columns) => columns.Names.FirstOrDefault(name => Mail.Any(word =>
        name.Contains(word, StringComparison.OrdinalIgnoreCase))) ?? "COLUMN";

    private static readonly string[] Mail = ["mail", "почт", "пошт", "邮", "郵", "بريد", "correo", "courriel", "メール", "ایمیل"];
}
