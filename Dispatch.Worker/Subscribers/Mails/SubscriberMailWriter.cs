using System.Buffers.Binary;
using Dispatch.Templates;
using Dispatch.Templates.Confirmations;
using Dispatch.Templates.Languages;
using Dispatch.Templates.Notices;
using Dispatch.Templates.Welcomes;
using Dispatch.Worker.Database;
using Dispatch.Worker.Issues;
using Dispatch.Worker.Mailing;
using Dispatch.Worker.Newsletters;
using Dispatch.Worker.Privacy;
using Dispatch.Worker.Scheduling;
using Dispatch.Worker.Subscribers.Choices;
using Dispatch.Worker.Subscribers.Confirmations;
using Microsoft.EntityFrameworkCore;
using MimeKit;

namespace Dispatch.Worker.Subscribers.Mails;

/// <summary>
/// Writes a message to one reader at the moment when it is sent. A confirmation repeats nothing that was typed at sign-up, not even the
/// name, because a stranger may have typed it. The result is null if the message has become pointless.
/// </summary>
public sealed class SubscriberMailWriter(
    MailRenderer renderer, KeyRing ring, ConfirmationTokens tokens, SubscriberLinks links, TokenAddresses addresses, TimeProvider clock)
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

    /// <summary>Returns the envelope sender. Bounces come back to this address, whose token identifies the message.</summary>
    public MailboxAddress SenderOf(SubscriberMail mail, MimeMessage message) =>
        addresses.EnvelopeSenderOfMail(message.From.Mailboxes.First(), mail.SubscriberId, mail.Id);

    private async Task<MimeMessage?> ConfirmationAsync(DispatchDb db, SubscriberMail mail, Subscriber subscriber, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        var confirmation = await db.Confirmations.AsNoTracking().SingleOrDefaultAsync(c => c.Id == mail.ConfirmationId, cancel);
        if (confirmation?.StandingAt(now) is not ConfirmationStatus.Waiting || !await db.StillWaitsAsync(confirmation, cancel))
            return null;
        var token = tokens.Recover(confirmation.Seed, confirmation.TokenHash);
        var newsletters = await db.Newsletters.AsNoTracking().Where(n => confirmation.NewsletterIds.Contains(n.Id))
            .OrderBy(n => n.Id).ToListAsync(cancel);
        // The reader's own choice comes first, then the language given at sign-up: by the person, or by the browser.
        var texts = Texts.Of(subscriber.Language ?? confirmation.Language ?? newsletters[0].Locale);
        var rendered = renderer.Render(new ConfirmationMail
        {
            NewsletterNames = [.. newsletters.Select(newsletter => newsletter.Name)],
            ConfirmUrl = links.Confirm(token),
            HoneypotUrl = links.HoneypotLink(token),
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
        if (now > mail.CreatedAt + Confirmation.GoodFor) // a welcome that is a week late would only confuse
            return null;
        return await BegunAsync(db, mail, cancel) switch
        {
            [] => null,
            [var newsletter] => await WelcomeAsync(db, mail, subscriber, newsletter, now, cancel),
            var several => WelcomeToSeveral(mail, subscriber, several, now),
        };
    }

    // The newsletters whose subscriptions began with the confirmation, and that the reader still gets.
    private static async Task<List<Newsletter>> BegunAsync(DispatchDb db, SubscriberMail mail, CancellationToken cancel)
    {
        var confirmation = await db.Confirmations.AsNoTracking().SingleOrDefaultAsync(c => c.Id == mail.ConfirmationId, cancel);
        var subscribed = await db.Subscriptions.AsNoTracking()
            .SubscribedBy(mail.SubscriberId).ToListAsync(cancel);
        var begun = subscribed
            .Where(s => s.NewsletterId == mail.NewsletterId
                || (confirmation?.UsedAt is { } used && s.ConfirmedAt == RoundedInstants.DayOf(used)
                    && confirmation.NewsletterIds.Contains(s.NewsletterId)))
            .Select(s => s.NewsletterId).ToList();
        return await db.Newsletters.AsNoTracking().Where(n => begun.Contains(n.Id)).OrderBy(n => n.Id).ToListAsync(cancel);
    }

    private async Task<MimeMessage> WelcomeAsync(
        DispatchDb db, SubscriberMail mail, Subscriber subscriber, Newsletter newsletter, DateTimeOffset now, CancellationToken cancel)
    {
        var last = await db.Issues
            .Where(issue => issue.NewsletterId == newsletter.Id && issue.SendStartedAt != null && issue.Archived)
            .OrderByDescending(issue => issue.SendStartedAt).Select(issue => new { issue.Slug, issue.Subject }).FirstOrDefaultAsync(cancel);
        var unsubscribe = links.Unsubscribe(subscriber.Id, newsletter.Id);
        var texts = Texts.Of(subscriber.Language ?? newsletter.Locale);
        var message = Welcome(mail, subscriber, newsletter, texts, unsubscribe, new WelcomeMail
        {
            NewsletterName = newsletter.Name,
            NewsletterDescription = newsletter.Description,
            NewsletterLanguage = newsletter.Locale,
            NextIssueDate = NextIssue(newsletter, texts, now),
            LastIssueSubject = last?.Subject,
            LastIssueUrl = last is null ? null : links.Issue(newsletter.Slug, last.Slug),
            Language = texts.Language,
            SiteUrl = links.Site,
            PostalAddress = newsletter.PostalAddress,
        });
        message.OfferOneClick(unsubscribe);
        return message;
    }

    // There is no List-Unsubscribe header: one click ends one subscription, and this reader has several. The message links to the
    // preferences page instead.
    private MimeMessage WelcomeToSeveral(SubscriberMail mail, Subscriber subscriber, List<Newsletter> newsletters, DateTimeOffset now)
    {
        var texts = Texts.Of(subscriber.Language ?? newsletters[0].Locale);
        return Welcome(mail, subscriber, newsletters[0], texts, links.Preferences(subscriber.Id, newsletters[0].Id), new WelcomeMail
        {
            NewsletterName = newsletters[0].Name,
            NewsletterNames = [.. newsletters.Select(newsletter => newsletter.Name)],
            NextIssues = [.. newsletters.Select(newsletter => (newsletter.Name, Date: NextIssue(newsletter, texts, now)))
                .Where(next => next.Date is not null)
                .Select(next => texts["welcome.next-each", ("newsletter_name", next.Name), ("next_issue_date", next.Date)])],
            Language = texts.Language,
            SiteUrl = links.Site,
            PostalAddress = newsletters[0].PostalAddress,
        });
    }

    private MimeMessage Welcome(
        SubscriberMail mail, Subscriber subscriber, Newsletter newsletter, Texts texts, Uri unsubscribe, WelcomeMail source)
    {
        var name = subscriber.NameFrom(ring);
        var rendered = Filled(renderer.Render(source), new Dictionary<string, string?>
        {
            [Placeholders.Name] = name,
            [Placeholders.UnsubscribeUrl] = unsubscribe.AbsoluteUri,
            [Placeholders.PreferencesUrl] = links.Preferences(subscriber.Id, newsletter.Id).AbsoluteUri,
        });
        return Compose(mail, newsletter, subscriber.AddressFrom(ring).ToMailbox(name), rendered, texts);
    }

    private static string? NextIssue(Newsletter newsletter, Texts texts, DateTimeOffset now) =>
        SlotRule.Parse(newsletter.Schedule, newsletter.TimeZone).NextFree(now) is { } at ? newsletter.DateIn(texts.Culture, at) : null;

    private async Task<MimeMessage?> NoticeAsync(DispatchDb db, SubscriberMail mail, Subscriber subscriber, CancellationToken cancel)
    {
        var all = await db.Newsletters.AsNoTracking().OrderBy(n => n.Id).ToListAsync(cancel);
        var subscribed = await db.Subscriptions.SubscribedBy(subscriber.Id).Select(s => s.NewsletterId).ToListAsync(cancel);
        var mine = all.Where(newsletter => subscribed.Contains(newsletter.Id)).ToList();
        var newsletter = mine.Concat(all).First(); // the newsletter that the message comes from
        var texts = Texts.Of(subscriber.Language ?? newsletter.Locale);
        var frame = new NoticeFrame(all is [var only] ? only.Name
            : links.Site.IdnHost, texts.Language, links.Site, newsletter.PostalAddress);
        var notice = mail.Kind switch
        {
            SubscriberMailKind.AlreadyThere => mine.Count > 0
                ? NoticeMail.AlreadyThere(frame, mine.Select(one => one.Name), links.Preferences(subscriber.Id, newsletter.Id)) : null,
            SubscriberMailKind.OneTimeLink => await TokenAsync(db, mail, cancel) is { } token
                ? NoticeMail.OneTimeLink(frame, links.Preferences(token)) : null,
            SubscriberMailKind.AddressCheck => await TokenAsync(db, mail, cancel) is { } token
                ? NoticeMail.AddressCheck(frame, links.NewAddress(token)) : null,
            _ => NoticeMail.AddressChanged(frame),
        };
        return notice is null ? null
            : Compose(mail, newsletter, mail.AddressFrom(subscriber, ring).ToMailbox(null), renderer.Render(notice), texts);
    }

    /// <summary>Returns the token for the link in the message, or null if the link has expired or been used.</summary>
    private async Task<string?> TokenAsync(DispatchDb db, SubscriberMail mail, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        var link = await db.OneTimeLinks.AsNoTracking()
            .SingleOrDefaultAsync(l => l.Id == mail.OneTimeLinkId && l.ExpiresAt > now && l.UsedAt == null, cancel);
        return link is null ? null : tokens.Recover(link.Seed, link.TokenHash);
    }

    // The Message-ID is the same at each attempt. If the message arrives twice, a mail program can then show it once.
    private MimeMessage Compose(SubscriberMail mail, Newsletter newsletter, MailboxAddress to, RenderedMail rendered, Texts texts) =>
        MailComposer.Compose(
            MailHead.Of(newsletter.From, newsletter.ReplyTo, rendered.Subject, texts.Language),
            to, MessageIdOf(mail), clock.GetUtcNow(), rendered.Text, rendered.Html);

    // The Message-ID contains no sequential number. Otherwise readers could compare two messages to themselves, and see whether a message
    // went to somebody else in between.
    private string MessageIdOf(SubscriberMail mail)
    {
        Span<byte> which = stackalloc byte[2 * sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(which, mail.Id);
        BinaryPrimitives.WriteInt64BigEndian(which[sizeof(long)..], mail.CreatedAt.ToUnixTimeMilliseconds());
        return Convert.ToHexStringLower(ring.MarkOf("message-id", which).AsSpan(0, 15));
    }

    private static RenderedMail Filled(RenderedMail mail, Dictionary<string, string?> values) =>
        mail with
        {
            Html = Placeholders.Fill(mail.Html, values, htmlEncode: true),
            Text = Placeholders.Fill(mail.Text, values, htmlEncode: false)
        };
}
