using Dispatch.Worker.Addresses;
using Dispatch.Worker.Database;
using Dispatch.Worker.Issues;
using Dispatch.Worker.Issues.Content;
using Dispatch.Worker.Mailing;
using Dispatch.Worker.Newsletters;
using Dispatch.Worker.Signing;
using Dispatch.Worker.Subscribers;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Worker.Deliveries.Messages;

/// <summary>
/// An issue's message, byte for byte as a relay receives it, but addressed to a made-up reader. Its links don't lead to any real reader's
/// pages.
/// </summary>
public sealed class SpecimenMail(
    DispatchDb db, IssueRenderer renderer, SubscriberLinks links, TokenAddresses addresses, DkimSigners signers, TimeProvider clock)
{
    // Subscribers are numbered from 1, so links for number 0 belong to nobody.
    private static readonly Recipient Nobody = new(0, EmailAddress.Parse("reader@example.com"), "Reader", Language: null);

    /// <exception cref="Dispatch.Templates.TemplateException">A custom template does not fit the message.</exception>
    public async Task<byte[]> WriteAsync(Issue issue, CancellationToken cancel = default)
    {
        var newsletter = await db.Newsletters.AsNoTracking().SingleAsync(row => row.Id == issue.NewsletterId, cancel);
        var edition = await db.Editions.AsNoTracking().SingleOrDefaultAsync(
            row => row.IssueId == issue.Id && row.MailHtml != "", cancel) // that of a past issue has no message
            ?? await RenderAsync(issue, newsletter, cancel);
        var mail = new WireMail();
        var archivedAt = issue.Archived ? links.Issue(newsletter.Slug, issue.Slug) : null;
        new IssueMessage(edition, newsletter, archivedAt, links, addresses, signers).Compose(Nobody, mail, clock.GetUtcNow());
        using var bytes = new MemoryStream();
        mail.WriteTo(bytes);
        return bytes.ToArray();
    }

    private async Task<Edition> RenderAsync(Issue issue, Newsletter newsletter, CancellationToken cancel)
    {
        var at = issue.SendAt ?? clock.GetUtcNow();
        return Edition.Of(issue, newsletter, await renderer.RenderAsync(issue, at, cancel), at);
    }
}
