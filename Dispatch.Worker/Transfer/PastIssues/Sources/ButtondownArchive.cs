using System.Text.RegularExpressions;
using Dispatch.Worker.Transfer.PastIssues.Files;

namespace Dispatch.Worker.Transfer.PastIssues.Sources;

/// <summary>
/// Buttondown's export: a list of emails, and a file for each that begins with a comment saying in which editor it was written. The rich
/// editor's files are HTML.
/// </summary>
internal sealed partial class ButtondownArchive() : ListedArchive("emails.csv", "emails", ".md", "slug")
{
    public override string Name => "buttondown";
    public override string Title => "Buttondown";

    protected override ArchiveItem Read(Dictionary<string, string> row, string name, string entry, ArchiveEntry? file)
    {
        if (file is null)
            return WithoutFile(entry);
        var (text, form) = TextOf(file.ReadText());
        var (type, at) = (Cell(row, "email_type"), PastDate.Read(Cell(row, "publish_date")));
        // Others, such as deleted, errored or transactional, never went out to everybody.
        var isOut = Cell(row, "status").ToLowerInvariant() is "" or "sent" or "imported" or "in_flight" or "throttled" or "resending";
        var standing = at is null || !isOut || type == "draft" ? PastStanding.Draft : StandingOf(type);
        return new ArchiveItem.Found(new PastIssue
        {
            Entry = entry,
            Key = Cell(row, "id") is { Length: > 0 } id ? id : name,
            Title = Words(Cell(row, "subject")),
            Slug = name,
            Preheader = Words(Cell(row, "description")),
            Standing = standing,
            Why = standing is PastStanding.HeldBack ? HeldBack(type) : null,
            At = at,
            Content = text,
            Form = form,
            Feature = Cell(row, "image") is { Length: > 0 } picture ? (picture, "", "") : null,
            OldPaths = [$"/archive/{name}"],
        });
    }

    /// <summary>Returns what becomes of an email of this type.</summary>
    internal static PastStanding StandingOf(string type) => type switch
    {
        "" or "public" or "archival" => PastStanding.Published,
        "private" or "hidden" => PastStanding.MailOnly,
        _ => PastStanding.HeldBack, // premium, free, churned: some readers
    };

    /// <summary>Returns a text without the comment at its beginning, and the text's format.</summary>
    internal static (string Text, ContentForm Form) TextOf(string text)
    {
        var mode = Mode().Match(text);
        return (text[mode.Length..], mode.Groups[1].Value == "fancy" ? ContentForm.Html : ContentForm.Markdown);
    }

    [GeneratedRegex(@"^\s*<!--\s*buttondown-editor-mode:\s*([a-z]+)\s*-->")]
    private static partial Regex Mode();
}
