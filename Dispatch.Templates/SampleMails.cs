using Dispatch.Templates.Confirmations;
using Dispatch.Templates.Issues;
using Dispatch.Templates.Notices;
using Dispatch.Templates.Text;
using Dispatch.Templates.Welcomes;

namespace Dispatch.Templates;

/// <summary>A sample of each kind of message with every value set, for testing templates.</summary>
internal static class SampleMails
{
    private static readonly Uri Site = new("https://news.example/");

    public static IssueMail Issue { get; } = new()
    {
        NewsletterName = "Sample Letter",
        NewsletterDescription = "A newsletter to try the templates with",
        Subject = "A sample",
        Preheader = "What comes first",
        Byline = "A. Correspondent",
        Date = "1 January",
        ContentHtml = new Markup("<p>Content</p>"),
        ContentText = "Content",
        IssueUrl = new Uri(Site, "issues/sample"),
        SiteUrl = Site,
        SubscribeUrl = new Uri(Site, "newsletters/sample"),
        PostalAddress = "1 Sample Street\nSampleton",
    };

    public static ConfirmationMail Confirmation { get; } = new()
    {
        NewsletterNames = ["Sample Letter", "Second Letter"],
        ConfirmUrl = new Uri(Site, "confirm/sample"),
        HoneypotUrl = new Uri(Site, "confirm/sample/mail"),
        ValidDays = 7,
        SiteUrl = Site,
        PostalAddress = "1 Sample Street\nSampleton",
    };

    public static ConfirmationMail Reminder { get; } = Confirmation with { Reminder = true };

    public static NoticeMail Notice { get; } = NoticeMail.OneTimeLink(
        new NoticeFrame("Sample Letter", "en", Site, "1 Sample Street\nSampleton"), new Uri(Site, "preferences/sample"));

    public static WelcomeMail Welcome { get; } = new()
    {
        NewsletterName = "Sample Letter",
        NewsletterDescription = "A newsletter to try the templates with",
        NextIssueDate = "1 January",
        LastIssueSubject = "A sample",
        LastIssueUrl = new Uri(Site, "issues/sample"),
        SiteUrl = Site,
        PostalAddress = "1 Sample Street\nSampleton",
    };

    public static WelcomeMail WelcomeToSeveral { get; } = Welcome with
    {
        NewsletterNames = ["Sample Letter", "Second Letter"],
        NextIssues = ["Sample Letter: the next issue is due on 1 January."],
        NextIssueDate = null,
        LastIssueSubject = null,
        LastIssueUrl = null,
    };
}
