namespace Dispatch.Worker.Issues.Content;

/// <summary>An issue's text in the three forms in which it is read, and what is wrong with it.</summary>
/// <param name="MailHtml">For the mail's one column: styles inline, since mail clients drop the rest.</param>
/// <param name="WebHtml">For the archive: plain elements, styled by the page.</param>
/// <param name="Text">For the mail's text part: lines of about 72 columns, links as footnotes.</param>
/// <param name="Faults">In line order.</param>
public sealed record IssueContent(string MailHtml, string WebHtml, string Text, IReadOnlyList<ContentFault> Faults)
{
    /// <summary>The text could not be read at all: the reason is shown in its place.</summary>
    public bool Unreadable { get; init; }
}
