using System.Security.Cryptography;
using Dispatch.Worker.Issues.Content;
using Dispatch.Worker.Newsletters;

namespace Dispatch.Worker.Issues;

/// <summary>
/// An issue in the form in which it went out. It was rendered at fan-out, and is stored together with those values of the newsletter that
/// its mail headers contain. Values that differ from reader to reader are still placeholders, so an edition contains no reader's data. The
/// archive shows <see cref="WebHtml"/>.
/// </summary>
public class Edition
{
    public int IssueId { get; set; }
    public int Revision { get; set; }
    public required string Subject { get; set; }

    /// <summary>
    /// The newsletter's mailbox when the issue went out. It is the sender of every copy, and its domain is used in the Message-ID.
    /// </summary>
    public string From { get; set; } = "";

    /// <inheritdoc cref="NewsletterFields.ReplyTo"/>
    public string? ReplyTo { get; set; }

    /// <summary>The newsletter's name when the issue went out.</summary>
    public string NewsletterName { get; set; } = "";

    /// <inheritdoc cref="NewsletterFields.Locale"/>
    public string Locale { get; set; } = "en";

    /// <summary>The complete HTML part of the message, with placeholders.</summary>
    public required string MailHtml { get; set; }

    /// <summary>The complete text part of the message, with placeholders.</summary>
    public required string MailText { get; set; }

    /// <summary>The issue's content for the archive page, without the rest of the page.</summary>
    public required string WebHtml { get; set; }

    /// <summary>32 random bytes. They determine every reader's Message-ID before the first attempt (see Deliveries).</summary>
    public required byte[] MessageIdSeed { get; set; }
    public DateTimeOffset RenderedAt { get; set; }

    /// <summary>The message for readers who chose a language other than the newsletter's.</summary>
    public List<EditionFrame> Frames { get; init; } = [];

    public static Edition Of(Issue issue, Newsletter newsletter, RenderedIssue rendered, DateTimeOffset renderedAt) => new()
    {
        IssueId = issue.Id,
        Revision = issue.Revision,
        Subject = rendered.Mail.Subject,
        From = newsletter.From,
        ReplyTo = newsletter.ReplyTo,
        NewsletterName = newsletter.Name,
        Locale = newsletter.Locale,
        MailHtml = rendered.Mail.Html,
        MailText = rendered.Mail.Text,
        WebHtml = rendered.WebHtml,
        MessageIdSeed = RandomNumberGenerator.GetBytes(32),
        RenderedAt = renderedAt,
        Frames = [.. rendered.Frames],
    };
}

/// <summary>An issue's message, with the text around the article in a language other than the newsletter's.</summary>
public class EditionFrame
{
    public int IssueId { get; set; }

    /// <summary>The frame's language, in the format of <see cref="Subscribers.Subscriber.Language"/>.</summary>
    public required string Language { get; set; }

    /// <inheritdoc cref="Edition.MailHtml"/>
    public required string MailHtml { get; set; }

    /// <inheritdoc cref="Edition.MailText"/>
    public required string MailText { get; set; }
}
