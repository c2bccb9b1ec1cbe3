using System.Security.Cryptography;
using Dispatch.Worker.Issues.Content;
using Dispatch.Worker.Newsletters;

namespace Dispatch.Worker.Issues;

/// <summary>
/// An issue as it was rendered at fan-out, together with the newsletter's values that its mail headers need. Values that differ between
/// readers are still placeholders, so an edition contains no reader's data.
/// </summary>
public class Edition
{
    public int IssueId { get; set; }
    public int Revision { get; set; }
    public required string Subject { get; set; }

    /// <summary>
    /// The newsletter's mailbox when the issue went out. Every copy is sent from it, and its domain is used in the Message-ID.
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

    /// <summary>32 random bytes, from which the Message-ID of each reader's copy is derived.</summary>
    public required byte[] MessageIdSeed { get; set; }
    public DateTimeOffset RenderedAt { get; set; }

    /// <summary>The variants of the message for readers who chose a language other than the newsletter's.</summary>
    public List<EditionFrame> Frames { get; init; } = [];

    /// <summary>Returns the part before the @ of the Message-ID of a reader's copy.</summary>
    /// <param name="seed">See <see cref="MessageIdSeed"/>.</param>
    /// <param name="subscriberId">The reader.</param>
    public static string MessageIdOf(byte[] seed, long subscriberId)
    {
        Span<byte> hash = stackalloc byte[32];
        HMACSHA256.HashData(seed, BitConverter.GetBytes(subscriberId), hash);
        return Convert.ToHexStringLower(hash[..15]);
    }

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
