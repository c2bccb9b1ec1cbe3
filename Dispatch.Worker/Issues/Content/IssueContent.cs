using Dispatch.Worker.Newsletters;

namespace Dispatch.Worker.Issues.Content;

/// <summary>An issue's text as HTML for email, HTML for the archive, and plain text, along with its faults.</summary>
/// <param name="MailHtml">HTML for the message's single column. Styles are inline, because mail clients drop all others.</param>
/// <param name="WebHtml">HTML for the archive: plain elements, styled by the page.</param>
/// <param name="Text">Plain text for the message: lines of about 72 columns, with links as footnotes.</param>
/// <param name="Faults">The faults, in line order.</param>
public sealed record IssueContent(string MailHtml, string WebHtml, string Text, IReadOnlyList<ContentFault> Faults)
{
    /// <summary>Whether the text could not be parsed. If so, the content is only a message with the reason.</summary>
    public bool Unreadable { get; init; }

    /// <summary>The first words of the text, at most some 140 letters, for inboxes if the issue has no preview line.</summary>
    public string Opening { get; init; } = "";
}

/// <summary>What the newsletter and the issue decide about how an issue looks.</summary>
public sealed record IssueLook
{
    /// <inheritdoc cref="IssueText.Picture"/>
    public string Picture { get; init; } = "";

    /// <inheritdoc cref="NewsletterFields.SmartTypography"/>
    public bool SmartTypography { get; init; }

    /// <summary>The color of links and buttons.</summary>
    public AccentColor Accent { get; init; } = AccentColor.Usual;
}
