using System.Globalization;
using Dispatch.Templates;
using Dispatch.Templates.Confirmations;
using Dispatch.Templates.Languages;
using Dispatch.Templates.Notices;
using Dispatch.Templates.Welcomes;
using Dispatch.Worker.Database;
using Dispatch.Worker.Newsletters;
using Dispatch.Worker.Privacy;
using Dispatch.Worker.Relays;
using Dispatch.Worker.Schedule;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using MimeKit;
using MimeKit.Text;

namespace Dispatch.Worker.Subscribers;

/// <summary>
/// Writes a mail owed to one reader at the moment it is sent. The confirmation shows nothing that was typed with the sign-up, not
/// even the name: a stranger may have typed it. Null when there is nothing to say any more.
/// </summary>
public sealed class SubscriberMailWriter(
    MailRenderer renderer, KeyRing ring, ConfirmationTokens tokens, SubscriberLinks links, IOptions<MailSettings> settings, TimeProvider clock)
{
    public async Task<MimeMessage?> WriteAsync(DispatchDb db, SubscriberMail mail, Subscriber subscriber, CancellationToken cancel)
    {
        return await (mail.Kind switch
        {
            SubscriberMailKind.Confirmation or SubscriberMailKind.Reminder => ConfirmationAsync(db, mail, subscriber, cancel),
            SubscriberMailKind.Welcome => WelcomeAsync(db, mail, subscriber, cancel),
            _ => NoticeAsync(db, mail, subscriber, cancel),
        });
    }

    /// <summary>The envelope sender: where a reply that nobody can deliver goes.</summary>
    public MailboxAddress SenderOf(MimeMessage message) =>
        settings.Value.BounceAddress is { Length: > 0 } bounces ? MailboxAddress.Parse(bounces) : message.From.Mailboxes.First();

    private async Task<MimeMessage?> ConfirmationAsync(DispatchDb db, SubscriberMail mail, Subscriber subscriber, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        var confirmation = await db.Confirmations.AsNoTracking().SingleOrDefaultAsync(c => c.Id == mail.ConfirmationId, cancel);
        if (confirmation?.StandingAt(now) is not ConfirmationStanding.Waiting)
            return null;
        var token = tokens.Recover(confirmation.Seed, confirmation.TokenHash);
        var newsletters = await db.Newsletters.AsNoTracking().Where(n => confirmation.NewsletterIds.Contains(n.Id)).OrderBy(n => n.Id).ToListAsync(cancel);
        var texts = Texts.Of(confirmation.Language ?? newsletters[0].Locale); // whoever signed up chose it, or their browser did
        var rendered = renderer.Render(new ConfirmationMail
        {
            NewsletterNames = [.. newsletters.Select(newsletter => newsletter.Name)],
            ConfirmUrl = links.Confirm(token),
            CanaryUrl = links.Canary(token),
            ValidDays = (int)Math.Ceiling((confirmation.ExpiresAt - now).TotalDays),
            Reminder = mail.Kind is SubscriberMailKind.Reminder,
            Language = texts.Language,
            SiteUrl = links.Site,
            PostalAddress = newsletters[0].PostalAddress,
        });
        return Compose(mail, newsletters[0], subscriber.AddressFrom(ring).ToMailbox(null), rendered, texts);
    }

    private async Task<MimeMessage?> WelcomeAsync(DispatchDb db, SubscriberMail mail, Subscriber subscriber, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        var newsletter = await db.Newsletters.AsNoTracking().SingleAsync(n => n.Id == mail.NewsletterId, cancel);
        var subscribed = await db.Subscriptions.AnyAsync(
            s => s.SubscriberId == subscriber.Id && s.NewsletterId == newsletter.Id && s.State == SubscriptionState.Confirmed, cancel);
        if (!subscribed || now > mail.CreatedAt + Confirmation.GoodFor) // a welcome a week late would only puzzle
            return null;
        var last = await db.Issues
            .Where(issue => issue.NewsletterId == newsletter.Id && issue.SendStartedAt != null && issue.Archived)
            .OrderByDescending(issue => issue.SendStartedAt).Select(issue => new { issue.Slug, issue.Subject }).FirstOrDefaultAsync(cancel);
        var next = SlotRule.Parse(newsletter.Schedule, newsletter.TimeZone).Next(now, 1).Cast<DateTimeOffset?>().FirstOrDefault();
        var unsubscribe = links.Unsubscribe(subscriber.Id, newsletter.Id);
        var name = subscriber.NameFrom(ring);
        var texts = Texts.Of(subscriber.Language ?? newsletter.Locale);
        var rendered = Filled(renderer.Render(new WelcomeMail
        {
            NewsletterName = newsletter.Name,
            NewsletterDescription = newsletter.Description,
            NewsletterLanguage = newsletter.Locale,
            NextIssueDate = next is { } at ? newsletter.At(at).ToString("D", texts.Culture) : null,
            LastIssueSubject = last?.Subject,
            LastIssueUrl = last is null ? null : links.Issue(newsletter.Slug, last.Slug),
            Language = texts.Language,
            SiteUrl = links.Site,
            PostalAddress = newsletter.PostalAddress,
        }), new Dictionary<string, string?>
        {
            [Holes.Name] = name,
            [Holes.UnsubscribeUrl] = unsubscribe.AbsoluteUri,
            [Holes.PreferencesUrl] = links.Preferences(subscriber.Id, newsletter.Id).AbsoluteUri,
        });
        var message = Compose(mail, newsletter, subscriber.AddressFrom(ring).ToMailbox(name), rendered, texts);
        message.Headers.Add(HeaderId.ListUnsubscribe, $"<{unsubscribe.AbsoluteUri}>");
        message.Headers.Add("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"); // RFC 8058 §3.1
        return message;
    }

    private async Task<MimeMessage?> NoticeAsync(DispatchDb db, SubscriberMail mail, Subscriber subscriber, CancellationToken cancel)
    {
        var all = await db.Newsletters.AsNoTracking().OrderBy(n => n.Id).ToListAsync(cancel);
        var subscribed = await db.Subscriptions.Where(s => s.SubscriberId == subscriber.Id && s.State == SubscriptionState.Confirmed).Select(s => s.NewsletterId).ToListAsync(cancel);
        var mine = all.Where(newsletter => subscribed.Contains(newsletter.Id)).ToList();
        var newsletter = mine.Concat(all).First(); // in whose name it goes
        var texts = Texts.Of(subscriber.Language ?? newsletter.Locale);
        var frame = new NoticeFrame(all is [var only] ? only.Name : links.Site.IdnHost, texts.Language, links.Site, newsletter.PostalAddress);
        var notice = mail.Kind switch
        {
            SubscriberMailKind.AlreadyThere => mine.Count > 0 ? NoticeMail.AlreadyThere(frame, mine.Select(one => one.Name), links.Preferences(subscriber.Id, newsletter.Id)) : null,
            SubscriberMailKind.FreshLink => await TokenAsync(db, mail, cancel) is { } token ? NoticeMail.FreshLink(frame, links.Preferences(token)) : null,
            SubscriberMailKind.AddressCheck => await TokenAsync(db, mail, cancel) is { } token ? NoticeMail.AddressCheck(frame, links.NewAddress(token)) : null,
            _ => NoticeMail.AddressChanged(frame),
        };
        return notice is null ? null : Compose(mail, newsletter, mail.AddressFrom(subscriber, ring).ToMailbox(null), renderer.Render(notice), texts);
    }

    /// <summary>Null: the link that the mail is to bring has run out or been used.</summary>
    private async Task<string?> TokenAsync(DispatchDb db, SubscriberMail mail, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        var link = await db.FreshLinks.AsNoTracking().SingleOrDefaultAsync(l => l.Id == mail.FreshLinkId && l.ExpiresAt > now && l.UsedAt == null, cancel);
        return link is null ? null : tokens.Recover(link.Seed, link.TokenHash);
    }

    private MimeMessage Compose(SubscriberMail mail, Newsletter newsletter, MailboxAddress to, RenderedMail rendered, Texts texts)
    {
        var from = MailboxAddress.Parse(newsletter.From);
        var message = new MimeMessage
        {
            Subject = rendered.Subject,
            Date = clock.GetUtcNow(),
            // The same at each attempt, so that a mail that was sent twice after a broken connection is shown once.
            MessageId = string.Create(CultureInfo.InvariantCulture, $"reader-mail-{mail.Id}-{mail.CreatedAt.ToUnixTimeMilliseconds()}@{from.Domain}"),
            MimeVersion = new Version(1, 0),
            Body = new MultipartAlternative { Text(TextFormat.Plain, rendered.Text), Text(TextFormat.Html, rendered.Html) },
        };
        message.From.Add(from);
        message.To.Add(to);
        if (newsletter.ReplyTo is { Length: > 0 } replyTo)
            message.ReplyTo.Add(MailboxAddress.Parse(replyTo));
        message.Headers.Add(HeaderId.AutoSubmitted, "auto-generated"); // RFC 3834 §5: no out-of-office answers to it
        message.Headers.Add(HeaderId.ContentLanguage, texts.Language);
        return message;
    }

    private static TextPart Text(TextFormat format, string text) => new(format) { Text = text, ContentTransferEncoding = ContentEncoding.QuotedPrintable };

    private static RenderedMail Filled(RenderedMail mail, Dictionary<string, string?> values) =>
        mail with { Html = Holes.Fill(mail.Html, values, htmlEncode: true), Text = Holes.Fill(mail.Text, values, htmlEncode: false) };
}
