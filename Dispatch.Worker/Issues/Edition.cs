using System.Security.Cryptography;

namespace Dispatch.Worker.Issues;

/// <summary>
/// An issue as it went out: rendered at fan-out, and stored. Per-reader values are still holes in it,
/// so it names nobody; the archive shows <see cref="WebHtml"/>.
/// </summary>
public class Edition
{
    public int IssueId { get; set; }
    public int Revision { get; set; }
    public required string Subject { get; set; }

    /// <summary>The whole HTML part of the mail, with holes.</summary>
    public required string MailHtml { get; set; }

    /// <summary>The whole text part of the mail, with holes.</summary>
    public required string MailText { get; set; }

    /// <summary>The issue's content for the archive page, without page around it.</summary>
    public required string WebHtml { get; set; }

    /// <summary>Random, 32 bytes: gives every reader's Message-ID before the first attempt (see Deliveries).</summary>
    public required byte[] MessageIdSeed { get; set; }
    public DateTimeOffset RenderedAt { get; set; }

    /// <summary>The mail for readers who chose another language than the newsletter's.</summary>
    public List<EditionFrame> Frames { get; init; } = [];

    public static Edition Of(Issue issue, RenderedIssue rendered, DateTimeOffset renderedAt) => new()
    {
        IssueId = issue.Id,
        Revision = issue.Revision,
        Subject = rendered.Mail.Subject,
        MailHtml = rendered.Mail.Html,
        MailText = rendered.Mail.Text,
        WebHtml = rendered.WebHtml,
        MessageIdSeed = RandomNumberGenerator.GetBytes(32),
        RenderedAt = renderedAt,
        Frames = [.. rendered.Frames],
    };
}

/// <summary>An issue's mail with the words around the article in another language than the newsletter's.</summary>
public class EditionFrame
{
    public int IssueId { get; set; }

    /// <summary>As <see cref="Subscribers.Subscriber.Language"/>.</summary>
    public required string Language { get; set; }

    /// <inheritdoc cref="Edition.MailHtml"/>
    public required string MailHtml { get; set; }

    /// <inheritdoc cref="Edition.MailText"/>
    public required string MailText { get; set; }
}
