using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using Dispatch.Templates.Confirmations;
using Dispatch.Templates.Issues;
using Dispatch.Templates.Languages;
using Dispatch.Templates.Layouts;
using Dispatch.Templates.Notices;
using Dispatch.Templates.Text;
using Dispatch.Templates.Welcomes;

namespace Dispatch.Templates;

/// <summary>
/// Renders a message as subject, HTML and text. Each kind of message has three templates (<c>issue-subject.sbntxt</c>,
/// <c>issue.sbnhtml</c>, <c>issue.sbntxt</c>), and all kinds share one layout. Thread-safe.
/// </summary>
/// <remarks>
/// A file in the override folder replaces the template of the same name. If there are such files, all templates are compiled at once, and
/// <see cref="Validate"/> reports those that don't compile.
/// </remarks>
public sealed partial class MailRenderer
{
    private static readonly Dictionary<string, Type> Models = new(StringComparer.Ordinal)
    {
        ["issue"] = typeof(IssueMail),
        ["confirmation"] = typeof(ConfirmationMail),
        ["welcome"] = typeof(WelcomeMail),
        ["notice"] = typeof(NoticeMail),
        ["layout"] = typeof(Layout),
    };

    private static readonly Lazy<MailRenderer> BuiltIn = new(() => new MailRenderer());

    private readonly TemplateSources sources;
    private readonly ConcurrentDictionary<string, MailTemplate> templates = new(StringComparer.Ordinal);
    private readonly List<TemplateException> faults = [];
    private readonly bool replaces;

    public MailRenderer(string? overrideFolder = null)
    {
        sources = new TemplateSources(overrideFolder);
        replaces = sources.Replaces;
        if (!replaces)
            return;
        foreach (var name in Models.Keys.SelectMany(NamesFor))
            try
            {
                TemplateOf(name);
            }
            catch (TemplateException e)
            {
                faults.Add(e);
            }
        foreach (var stray in sources.Strays(Models.Keys.SelectMany(NamesFor)))
            faults.Add(new(stray, 1, 1,
                $"expected one of {string.Join(", ", Models.Keys.SelectMany(NamesFor))}, got a file that replaces no template"));
    }

    /// <summary>
    /// Returns the renderer for an operator's folder. Folders without templates share one renderer of the built-in templates.
    /// </summary>
    public static MailRenderer For(string overrideFolder) =>
        new TemplateSources(overrideFolder).Replaces ? new MailRenderer(overrideFolder) : BuiltIn.Value;

    /// <summary>Returns the faults in an operator's templates. The host refuses to start if there are any.</summary>
    public IReadOnlyList<TemplateException> Validate()
    {
        if (!replaces)
            return faults; // the built-in templates need no check here, because the tests render them
        var found = new List<TemplateException>(faults);
        Action[] samples =
        [
            () => Render(SampleMails.Issue), () => Render(SampleMails.Issue with { FrameLanguage = "ar" }),
            () => Render(SampleMails.Confirmation), () => Render(SampleMails.Reminder),
            () => Render(SampleMails.Welcome), () => Render(SampleMails.WelcomeToSeveral), () => Render(SampleMails.Notice),
        ];
        foreach (var sample in samples)
        {
            try
            {
                sample();
            }
            catch (TemplateException e)
            {
                found.Add(e);
            }
        }
        return [.. found.DistinctBy(fault => fault.Message)];
    }

    public RenderedMail Render(IssueMail mail) => Compose("issue", Shown(mail), new Layout
    {
        Masthead = mail.NewsletterName,
        Brand = mail.Brand,
        MastheadLanguage = mail.NameLanguage == mail.Language ? null : mail.NameLanguage,
        Description = mail.NewsletterDescription,
        DescriptionLanguage = mail.DescriptionLanguage == mail.Language ? null : mail.DescriptionLanguage,
        Preheader = mail.Preheader.Length > 0 ? mail.Preheader : mail.Opening,
        Date = mail.Date,
        Language = mail.Language,
        FrameLanguage = mail.FrameLanguage,
        IssueUrl = mail.IssueUrl,
        SubscribeUrl = mail.SubscribeUrl,
        SiteUrl = mail.SiteUrl,
        PostalAddress = mail.PostalAddress,
    });

    public RenderedMail Render(ConfirmationMail mail) => Compose("confirmation", mail, new Layout
    {
        Masthead = mail.NewsletterNames is [var only] ? only : mail.SiteUrl.IdnHost,
        Brand = mail.Brand,
        Preheader = Texts.Of(mail.Language)[mail.Reminder ? "reminder.preheader" : "confirmation.preheader"],
        Language = mail.Language,
        SiteUrl = mail.SiteUrl,
        PostalAddress = mail.PostalAddress,
        Footer = MailFooter.Entered,
    });

    public RenderedMail Render(WelcomeMail mail) => Compose("welcome", mail, new Layout
    {
        Masthead = mail.Several ? mail.SiteUrl.IdnHost : mail.NewsletterName,
        Brand = mail.Brand,
        Preheader = mail.NextIssueDate is { } next
            ? Texts.Of(mail.Language)["welcome.next", ("next_issue_date", next)] : Texts.Of(mail.Language)["welcome.preheader"],
        SubscribedTo = mail.NewsletterNames,
        Description = mail.Several ? "" : mail.NewsletterDescription,
        DescriptionLanguage = mail.NewsletterLanguage == mail.Language ? null : mail.NewsletterLanguage,
        Language = mail.Language,
        SiteUrl = mail.SiteUrl,
        PostalAddress = mail.PostalAddress,
    });

    public RenderedMail Render(NoticeMail mail) => Compose("notice", mail, new Layout
    {
        Masthead = mail.Masthead,
        Brand = mail.Brand,
        Preheader = mail.Preheader,
        Language = mail.Language,
        SiteUrl = mail.SiteUrl,
        PostalAddress = mail.PostalAddress,
        Footer = MailFooter.Asked,
    });

    private static IssueMail Shown(IssueMail mail) => mail with { Byline = Texts.Of(mail.Language).Authors(mail.Byline) };

    private RenderedMail Compose(string kind, object mail, Layout layout)
    {
        var (texts, frame) = (Texts.Of(layout.Language), Texts.Of(layout.FrameLanguage ?? layout.Language));
        string Ran(string name, Texts words, object model, string? body = null) => Run(name, words, layout.Brand, model, body);
        var subject = PlainText.OneLine(Ran($"{kind}-subject.sbntxt", texts, mail));
        if (subject.Contains(Placeholders.Opening))
            throw new TemplateException($"{kind}-subject.sbntxt", 1, 1, "a reader's value cannot stand in the subject");
        var html = Ran($"{kind}.sbnhtml", texts, mail);
        var text = Ran($"{kind}.sbntxt", texts, mail);
        layout = layout with { Subject = subject };
        return new RenderedMail(subject, Lean(Ran("layout.sbnhtml", frame, layout, html)),
            Tidy(Ran("layout.sbntxt", frame, layout, text)));
    }

    private string Run(string name, Texts texts, MailBrand brand, object mail, string? body)
    {
        var template = TemplateOf(name);
        var model = TemplateModel.Of(mail);
        model["recipient"] = TemplateModel.Recipient();
        if (body is not null)
            model["body"] = new Markup(body);
        TemplateModel.GiveColors(model, brand);
        MailTexts.GiveTo(model, texts, template.IsHtml, brand.Accent);
        return template.Render(model);
    }

    private MailTemplate TemplateOf(string name)
    {
        if (templates.TryGetValue(name, out var compiled))
            return compiled;
        var model = Models.First(kind => NamesFor(kind.Key).Contains(name)).Value;
        string[] body = model == typeof(Layout) ? ["body"] : [];
        return templates[name] = MailTemplate.Parse(name, sources.Read(name), [.. TemplateModel.NamesOf(model), .. body]);
    }

    private static string[] NamesFor(string kind) =>
        kind == "layout" ? ["layout.sbnhtml", "layout.sbntxt"] : [$"{kind}-subject.sbntxt", $"{kind}.sbnhtml", $"{kind}.sbntxt"];

    // Removes the templates' indentation, because Gmail cuts off a message's HTML at 102 kB.
    private static string Lean(string html) => LineStart().Replace(html, "\n").Trim() + "\n";

    // Wraps the lines after their values are filled in. In a template, each paragraph is one line.
    private static string Tidy(string text)
    {
        var lines = text.ReplaceLineEndings("\n").Split('\n').Select(line => line.TrimEnd());
        var laidOut = lines.Select(line => line.StartsWith("    ", StringComparison.Ordinal) ? line : PlainText.Rewrap(line));
        return BlankLines().Replace(string.Join('\n', laidOut), "\n\n").Trim('\n') + "\n";
    }

    [GeneratedRegex(@"\n\s+")]
    private static partial Regex LineStart();

    [GeneratedRegex(@"\n{3,}")]
    private static partial Regex BlankLines();
}
