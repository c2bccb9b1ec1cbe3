using System.Text;
using Dispatch.Templates;
using Dispatch.Templates.Issues;
using Dispatch.Templates.Languages;
using Dispatch.Templates.Text;
using Dispatch.Worker.Database;
using Dispatch.Worker.Issues.Archive;
using Dispatch.Worker.Issues.Brands;
using Dispatch.Worker.Issues.Content.Parsing;
using Dispatch.Worker.Issues.Photos;
using Dispatch.Worker.Newsletters;
using Dispatch.Worker.Settings;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Dispatch.Worker.Issues.Content;

/// <summary>
/// Renders an issue in its final form, once for each language, with placeholders for values that differ between readers. Preview, test
/// message, preflight and fan-out all use this class, so the reviewed text is the text that is sent.
/// </summary>
public sealed class IssueRenderer(DispatchDb db, MailRenderer mails, IssueAddresses addresses, IOptions<SiteSettings> site)
{
    // Gmail cuts off a message's HTML at 102 kB and hides the rest behind a link.
    private const int GmailClipsAt = 102 * 1024;

    /// <param name="issue">The issue with its current text.</param>
    /// <param name="date">The date printed on the issue: its slot's date, or today's if it has no slot.</param>
    /// <param name="cancel">Cancels the operation.</param>
    /// <exception cref="TemplateException">A template that replaces a built-in one does not fit the message.</exception>
    public Task<RenderedIssue> RenderAsync(Issue issue, DateTimeOffset date, CancellationToken cancel = default) =>
        RenderAsync(issue, issue.Text, date, cancel);

    /// <summary>Renders the issue with a text that is not saved yet, for a preview during editing.</summary>
    public async Task<RenderedIssue> RenderAsync(Issue issue, IssueText text, DateTimeOffset date, CancellationToken cancel = default)
    {
        var newsletter = await db.Newsletters.AsNoTracking().SingleAsync(row => row.Id == issue.NewsletterId, cancel);
        var photos = await db.Photos.AsNoTracking().Where(photo => photo.IssueId == issue.Id).ToListAsync(cancel);
        return Render(newsletter, issue.Id, text, photos, date);
    }

    /// <summary>Renders an issue that is not stored yet.</summary>
    /// <inheritdoc cref="RenderAsync(Issue, DateTimeOffset, CancellationToken)" path="/exception"/>
    public RenderedIssue Render(Newsletter newsletter, IssueText text, IEnumerable<Photo> photos, DateTimeOffset date) =>
        Render(newsletter, 0, text, photos, date);

    /// <summary>Renders an issue for the archive alone: its messages are empty.</summary>
    public RenderedIssue RenderPage(Newsletter newsletter, IssueText text, IEnumerable<Photo> photos, DateTimeOffset date) =>
        Render(newsletter, 0, text, photos, date, withMail: false);

    private RenderedIssue Render(
        Newsletter newsletter, int issueId, IssueText text, IEnumerable<Photo> photos, DateTimeOffset at, bool withMail = true)
    {
        var known = photos.ToDictionary(
            photo => photo.FileName,
            photo => new IssuePhoto(photo.FileName, new Uri(site.Value.Url, $"media/{photo.MediaName}").AbsoluteUri,
                photo.Width, photo.Height)
            {
                Narrow = photo.NarrowMediaName == photo.MediaName ? null
                    : (new Uri(site.Value.Url, $"media/{photo.NarrowMediaName}").AbsoluteUri, MediaFolder.WidthOf(photo.NarrowMediaName)),
                WebP = [.. photo.WebPFiles()
                    .Select(name => (new Uri(site.Value.Url, $"media/{name}").AbsoluteUri, MediaFolder.WidthOf(name)))],
            },
            StringComparer.Ordinal);
        var fields = FieldPlaceholders.In(text.Body);
        var content = IssueMarkdown.Render(fields.Body, known, site.Value.Url, newsletter.Locale, new IssueLook
        {
            Picture = text.Picture,
            SmartTypography = newsletter.SmartTypography,
            Accent = AccentColor.Of(newsletter),
        });
        if (!withMail)
            return new RenderedIssue(new(text.Subject, "", ""), [], fields.IntoPage(content.WebHtml), content.Faults)
            {
                Unreadable = content.Unreadable,
            };
        string Set(string words) => newsletter.SmartTypography ? Typography.Of(words, newsletter.Locale) : words;
        var source = new IssueMail
        {
            NewsletterName = newsletter.Name,
            NewsletterDescription = newsletter.Description,
            Subject = Set(text.Subject),
            Preheader = Set(text.Preheader),
            Opening = content.Opening,
            Byline = Set(text.Byline),
            SeveralAuthors = Bylines.In(Texts.Of(newsletter.Locale).Authors(text.Byline)).Count > 1,
            Date = newsletter.DateOf(at),
            Language = newsletter.Locale,
            ContentHtml = new Markup(content.MailHtml),
            ContentText = content.Text,
            IssueUrl = addresses.Of(newsletter, issueId, text.Slug, text.Archived),
            SiteUrl = site.Value.Url,
            SubscribeUrl = new Uri(site.Value.Url, $"newsletters/{newsletter.Slug}"),
            PostalAddress = newsletter.PostalAddress,
            Brand = Brand.Of(newsletter, site.Value.Url),
        };
        var mail = fields.Into(mails.Render(source));
        var frames = Frames(newsletter, source, fields).ToList();
        return new RenderedIssue(mail, frames, fields.IntoPage(content.WebHtml),
            [.. WholeFaults(newsletter, text, [mail.Html, .. frames.Select(frame => frame.MailHtml)]), .. content.Faults,
                .. fields.FaultIn(content.MailHtml) is { } fault ? (ContentFault[])[fault] : []])
        {
            Unreadable = content.Unreadable,
        };
    }

    private IEnumerable<EditionFrame> Frames(Newsletter newsletter, IssueMail source, FieldPlaceholders fields)
    {
        var own = Texts.Of(source.Language).Language;
        foreach (var language in Texts.All.Select(texts => texts.Language).Where(language => language != own))
        {
            var mail = fields.Into(mails.Render(source with
            {
                FrameLanguage = language,
                NewsletterName = newsletter.NameIn(language),
                NameLanguage = newsletter.LanguageOfNameIn(language),
                NewsletterDescription = newsletter.DescriptionIn(language),
                DescriptionLanguage = newsletter.LanguageOfDescriptionIn(language),
            }));
            yield return new EditionFrame { Language = language, MailHtml = mail.Html, MailText = mail.Text };
        }
    }

    private static IEnumerable<ContentFault> WholeFaults(Newsletter newsletter, IssueText text, IEnumerable<string> pages)
    {
        if (string.IsNullOrWhiteSpace(text.Subject))
            yield return new(FaultSeverity.Error, null, "subject", "It has no subject.");
        if (string.IsNullOrWhiteSpace(text.Body))
            yield return new(FaultSeverity.Error, null, "body", "It has no text.");
        if (string.IsNullOrWhiteSpace(text.Preheader))
            yield return new(FaultSeverity.Warning, null, "preheader",
                "It has no preview line, so inboxes will show the first words of the text next to the subject.");
        foreach (var (field, words) in new[] { ("subject", text.Subject), ("preview line", text.Preheader), ("byline", text.Byline) })
            foreach (var slip in Slips.InField(words).DistinctBy(slip => slip.Rule))
                yield return new(slip.Severity, null, slip.Rule, $"In the {field}, {slip.Message}.");
        if (pages.Max(Encoding.UTF8.GetByteCount) is > GmailClipsAt and var length)
            yield return new(FaultSeverity.Warning, null, "length",
                $"The email has {length / 1024} kB of HTML: Gmail shows the first 102 kB and hides the rest behind a link.");
        if (string.IsNullOrWhiteSpace(newsletter.PostalAddress))
            yield return new(FaultSeverity.Warning, null, "postal-address",
                "The newsletter has no postal address. Many countries require one in the email by law: add it on the newsletter's page.");
    }
}

/// <summary>A rendered issue, with placeholders for values that differ between readers.</summary>
/// <param name="Mail">Subject, HTML and text of the message.</param>
/// <param name="Frames">The same message in the other languages that readers may choose for the frame.</param>
/// <param name="WebHtml">The content for the archive page.</param>
/// <param name="Faults">The faults in the issue. A fault of severity error prevents sending.</param>
public sealed record RenderedIssue(
    RenderedMail Mail, IReadOnlyList<EditionFrame> Frames, string WebHtml, IReadOnlyList<ContentFault> Faults)
{
    /// <inheritdoc cref="IssueContent.Unreadable"/>
    public bool Unreadable { get; init; }
}
