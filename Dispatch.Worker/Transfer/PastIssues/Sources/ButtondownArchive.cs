using System.Text.RegularExpressions;
using Dispatch.Worker.Transfer.PastIssues.Files;

namespace Dispatch.Worker.Transfer.PastIssues.Sources;

/// <summary>
/// Buttondown's export: a list of emails and a file for each, which begins with a comment that says in which editor it was written. Those
/// of its rich editor are HTML.
/// </summary>
internal sealed partial class ButtondownArchive : ArchiveSystem
{
    private const string Emails = "emails.csv";

    public override string Name => "buttondown";
    public override string Title => "Buttondown";

    public override string? Recognise(ArchiveFiles files) =>
        files.FolderOf(Emails) is { } folder && files.All.Any(entry => entry.Name.StartsWith($"{folder}emails/", StringComparison.Ordinal))
            ? "it has emails.csv and a folder emails" : null;

    public override IEnumerable<ArchiveItem> Read(ArchiveFiles files)
    {
        var folder = files.FolderOf(Emails)!;
        foreach (var row in Rows(files.Find(folder + Emails)!))
        {
            var slug = row.GetValueOrDefault("slug", "").Trim();
            var entry = $"emails/{slug}.md";
            yield return Guarded(entry, () => Read(row, slug, entry, files.Find(folder + entry)));
        }
    }

    private static ArchiveItem Read(Dictionary<string, string> row, string slug, string entry, ArchiveEntry? file)
    {
        string Cell(string name) => row.GetValueOrDefault(name, "").Trim();
        if (file is null)
            return new ArchiveItem.Refused(entry, $"it is in {Emails}, but its file isn't in the export. Export it again.");
        var (text, form) = TextOf(file.ReadText());
        var (type, at) = (Cell("email_type"), PastDate.Read(Cell("publish_date")));
        var status = Cell("status");
        var standing = at is null || status is "draft" or "scheduled" || type == "draft" ? PastStanding.Draft
            : StandingOf(type);
        return new ArchiveItem.Found(new PastIssue
        {
            Entry = entry,
            Key = Cell("id") is { Length: > 0 } id ? id : slug,
            Title = Words(Cell("subject")),
            Slug = slug,
            Preheader = Words(Cell("description")),
            Standing = standing,
            Why = standing is not PastStanding.HeldBack ? null : $"On Buttondown this was only for some readers ({type}). It is held back: "
                + "nobody was mailed it from here, and it is not in the archive. Sending it mails it to everybody.",
            At = at,
            Content = text,
            Form = form,
            Feature = Cell("image") is { Length: > 0 } picture ? (picture, "", "") : null,
            OldPaths = slug.Length > 0 ? [$"/archive/{slug}"] : [],
        });
    }

    /// <summary>Returns what becomes of an email of this type.</summary>
    internal static PastStanding StandingOf(string type) => type switch
    {
        "" or "public" or "archival" => PastStanding.Published,
        "private" or "hidden" => PastStanding.MailOnly,
        _ => PastStanding.HeldBack, // premium, free, churned: some readers
    };

    /// <summary>Returns a text without the comment at its beginning, and what it is written in.</summary>
    internal static (string Text, ContentForm Form) TextOf(string text)
    {
        var mode = Mode().Match(text);
        return (text[mode.Length..], mode.Groups[1].Value == "fancy" ? ContentForm.Html : ContentForm.Markdown);
    }

    [GeneratedRegex(@"^\s*<!--\s*buttondown-editor-mode:\s*([a-z]+)\s*-->")]
    private static partial Regex Mode();
}
