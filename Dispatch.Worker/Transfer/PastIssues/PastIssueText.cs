using System.Net;
using Dispatch.Worker.Issues.Content;
using Dispatch.Worker.Issues.FromHtml;
using Dispatch.Worker.Issues.Photos;
using Dispatch.Worker.Newsletters;
using Dispatch.Worker.Transfer.PastIssues.Sources;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace Dispatch.Worker.Transfer.PastIssues;

/// <summary>A past issue as it will be stored: its text in our Markdown, its pictures, and what a person should know.</summary>
internal sealed class PastIssueText
{
    private const int LongestPreheader = 250, LongestByline = 200;
    private const string Untitled = "(Untitled)";

    private readonly PastIssue past;
    private readonly PictureList pictures = new();
    private readonly List<string> remarks;
    private readonly SortedSet<string> leftOut = new(StringComparer.Ordinal);
    private readonly Uri site;
    private readonly Uri? oldSite;
    private readonly List<string> links = [];
    private bool hasLostLinks;

    private PastIssueText(PastIssue past, Uri site, Uri? oldSite)
    {
        (this.past, this.site, this.oldSite) = (past, site, oldSite);
        remarks = [.. past.Remarks];
    }

    /// <summary>The fields. The slug is the one that the issue had, or empty.</summary>
    public IssueText Text { get; private set; } = IssueText.Empty;

    /// <summary>The whole body, if only a part of it is for everyone. Otherwise null.</summary>
    public string? Whole { get; private set; }

    public IReadOnlyList<string> Remarks => remarks;

    /// <summary>The addresses of its links that have a host.</summary>
    public IReadOnlyList<string> Links => links;

    /// <summary>The names and addresses of the pictures that the text shows.</summary>
    public IReadOnlyList<(string Name, string Address)> Pictures => [.. pictures.All.Where(picture =>
        PhotoNames.IsIn(Text.Body, picture.Name) || Text.Picture.Contains(picture.Name, StringComparison.Ordinal))];

    /// <summary>Turns an entry's text into ours.</summary>
    /// <param name="past">The entry.</param>
    /// <param name="site">The address of this site.</param>
    /// <param name="oldSite">The base address of the issue's old site, for addresses without a host, or null.</param>
    /// <exception cref="FormatException">The text can't be converted. The message is for the person who imports.</exception>
    public static PastIssueText Read(PastIssue past, Uri site, Uri? oldSite)
    {
        var read = new PastIssueText(past, site, oldSite);
        read.Read();
        return read;
    }

    private void Read()
    {
        var title = Cut(past.Title, IssueText.LongestSubject, "subject");
        if (title.Length == 0)
        {
            title = Untitled;
            remarks.Add("It has no title.");
        }
        var own = past.Form is ContentForm.Own;
        var body = own ? past.Content : Body(title);
        Text = new IssueText(title, Cut(past.Preheader, LongestPreheader, "preview line"), Cut(past.Byline, LongestByline, "byline"),
            "", body)
        {
            Picture = own ? past.Feature?.Address ?? "" : FeatureOf(past.Feature),
            Archived = past.Standing is not PastStanding.MailOnly,
        };
        if (own)
            NotePictures();
        Text = Text with { Slug = SlugOf(past.Slug) };
        if (leftOut.Count > 0)
            remarks.Add($"Left out: {string.Join(", ", leftOut)}.");
        if (hasLostLinks)
            remarks.Add("It has links within its old site, and only their text was kept. Say with --old-site where they lead.");
    }

    private string Body(string title)
    {
        var tags = new List<string>();
        var content = past.Form is ContentForm.Plain ? past.Content : TemplateTags.TakenFrom(past.Content, tags);
        if (tags.Count > 0)
            remarks.Add($"Template tags were removed from the text: {string.Join("  ", tags.Distinct())}");
        var choices = new HtmlChoices
        {
            Picture = pictures.NameOf,
            Link = LinkOf,
            HasPaywall = past.HasPaywall,
            Subject = title,
        };
        switch (past.Form)
        {
            case ContentForm.Markdown:
                return MarkdownBody.Read(content, choices, leftOut);
            case ContentForm.Plain:
                return string.Join("\n\n", content.ReplaceLineEndings("\n").Split("\n\n").Select(paragraph => string.Join("\\\n",
                    paragraph.Split('\n').Select(line => MarkdownText.WithPlainBeginning(MarkdownText.Escaped(line).Trim()))
                        .Where(line => line.Length > 0))).Where(paragraph => paragraph.Length > 0)) + "\n";
            default:
                var reading = HtmlMarkdown.Read(content, choices);
                leftOut.UnionWith(reading.LeftOut);
                if (reading.BelowPaywall is { Length: > 0 } below)
                {
                    Whole = $"{reading.Markdown}\n{below}";
                    if (past.Standing is PastStanding.Published or PastStanding.MailOnly)
                        remarks.Add("The text below its paywall is for paying readers: it is kept in the first revision, and isn't in the "
                            + "archive.");
                }
                return past.Standing is PastStanding.Published or PastStanding.MailOnly ? reading.Markdown : Whole ?? reading.Markdown;
        }
    }

    private string FeatureOf((string Address, string Alt, string Caption)? feature)
    {
        if (feature is not var (address, alt, caption))
            return "";
        var name = pictures.NameOf(HtmlFigures.Unwrapped(address));
        var (words, credit) = Captions.Divide(WebUtility.HtmlDecode(Tagless(caption)));
        if (alt.Length == 0 && words.Length == 0 && credit.Length == 0)
            return name;
        var figure = Captions.Figure(alt, name, words, credit);
        return figure.Length <= IssueText.LongestPicture ? figure : name;
    }

    private void NotePictures()
    {
        foreach (var markdown in new[] { Text.Body, Text.Picture.Contains("![", StringComparison.Ordinal) ? Text.Picture : "" })
            foreach (var image in BoundedMarkdown.Read(markdown).Tree?.Descendants<LinkInline>().Where(link => link.IsImage) ?? [])
                if (image.Url is { Length: > 0 } reference)
                    pictures.Keep(reference);
        if (Text.Picture.Length > 0 && !Text.Picture.Contains("![", StringComparison.Ordinal))
            pictures.Keep(Text.Picture);
    }

    private string? LinkOf(string address)
    {
        if (address.StartsWith(GhostArchive.Site, StringComparison.Ordinal))
            address = address[GhostArchive.Site.Length..] is { Length: > 0 } path ? path : "/";
        if (address.StartsWith("//", StringComparison.Ordinal))
            return $"https:{address}";
        var colon = address.IndexOf(':', StringComparison.Ordinal);
        if (colon > 0 && address[..colon].All(c => char.IsAsciiLetterOrDigit(c) || c is '+' or '-' or '.'))
        {
            links.Add(address);
            return HtmlChoices.Schemes.Contains(address[..colon]) ? address : null;
        }
        if (oldSite is not null)
            return Uri.TryCreate(oldSite, address, out var there) ? there.AbsoluteUri : null;
        if (address[0] == '/')
            return site.AbsolutePath + address[1..]; // old addresses lead on to issues
        if (address.StartsWith("photos/", StringComparison.Ordinal))
            return address;
        hasLostLinks = true;
        return null;
    }

    private static string SlugOf(string slug)
    {
        slug = Uri.UnescapeDataString(slug);
        return slug.Length == 0 || Slugs.IsGoodInAnyScript(slug, IssueText.LongestSlug) ? slug : Slugs.From(slug);
    }

    private string Cut(string words, int most, string field)
    {
        words = words.Replace('\r', ' ').Replace('\n', ' ').Trim();
        if (words.Length <= most)
            return words;
        remarks.Add($"Its {field} is longer than {most} characters, and was cut.");
        var end = words.LastIndexOf(' ', most - 1) is > 0 and var space && space > most / 2 ? space : most - 1;
        return words[..(char.IsLowSurrogate(words[end]) ? end - 1 : end)].TrimEnd() + "…";
    }

    private static string Tagless(string html) => System.Text.RegularExpressions.Regex.Replace(html, "<[^>]*>", "");
}
