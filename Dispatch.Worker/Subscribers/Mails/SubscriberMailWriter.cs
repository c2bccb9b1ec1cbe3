using System.Buffers.Binary;
using System.Collections.Concurrent;
using Dispatch.Templates;
using Dispatch.Templates.Confirmations;
using Dispatch.Templates.Languages;
using Dispatch.Templates.Notices;
using Dispatch.Templates.Text;
using Dispatch.Templates.Welcomes;
using Dispatch.Worker.Database;
using Dispatch.Worker.Issues.Brands;
using Dispatch.Worker.Mailing;
using Dispatch.Worker.Newsletters;
using Dispatch.Worker.Privacy;
using Dispatch.Worker.Scheduling;
using Dispatch.Worker.Subscribers.Choices;
using Dispatch.Worker.Subscribers.Confirmations;
using MimeKit;

namespace Dispatch.Worker.Subscribers.Mails;

/// <summary>
/// Writes a message to one reader at the moment when it is sent. A confirmation contains nothing that was typed at sign-up, because a
/// stranger may have typed it. The result is null if the message has become pointless.
/// </summary>
public sealed class SubscriberMailWriter(
    MailRenderer renderer, KeyRing ring, ConfirmationTokens tokens, SubscriberLinks links, TokenAddresses addresses, MailSigning signing,
    TimeProvider clock)
{
    private const int MostConfirmations = 100;

    // Confirmations that differ only in their tokens are rendered and encoded once, with this token in the place of the reader's. Thousands
    // may be sent within a minute.
    private readonly ConcurrentDictionary<ConfirmationKey, TokenMessage> confirmations = [];
    private readonly string standIn = tokens.Derive(ConfirmationTokens.NewSeed());

    public WireMail? Write(SubscriberMail mail, SubscriberMailFacts facts) => mail.Kind switch
    {
        // Checked before each attempt, because messages may be sent days after they were requested.
        _ when !facts.MayBeMailed(mail, ring) => null,
        SubscriberMailKind.Confirmation or SubscriberMailKind.Reminder => Confirmation(mail, facts),
        SubscriberMailKind.Welcome => InWireForm(mail, facts, Welcome(mail, facts)),
        _ => InWireForm(mail, facts, Notice(mail, facts)),
    };

    private WireMail? InWireForm(SubscriberMail mail, SubscriberMailFacts facts, MimeMessage? message)
    {
        using (message)
            return message is null ? null : signing.Sign(message, SenderOf(mail, message.From.Mailboxes.First()),
                mail.AddressFrom(facts.SubscriberOf(mail), ring).ToMailbox(null));
    }

    // The envelope sender, where bounces arrive. Its token identifies the message.
    private MailboxAddress SenderOf(SubscriberMail mail, MailboxAddress from) =>
        addresses.EnvelopeSenderOfMail(from, mail.SubscriberId, mail.Id);

    private WireMail? Confirmation(SubscriberMail mail, SubscriberMailFacts facts)
    {
        var now = clock.GetUtcNow();
        if (facts.ConfirmationOf(mail) is not { } confirmation || confirmation.StandingAt(now) is not ConfirmationStatus.Waiting
            || !confirmation.StillWaits(facts.SubscriptionsOf(mail)))
            return null;
        var subscriber = facts.SubscriberOf(mail);
        var token = tokens.Recover(confirmation.Seed, confirmation.TokenHash);
        var newsletters = facts.Newsletters.Where(newsletter => confirmation.NewsletterIds.Contains(newsletter.Id)).ToList();
        // The reader's own choice comes first, then the language of the sign-up.
        var texts = Texts.Of(subscriber.Language ?? confirmation.Language ?? newsletters[0].Locale);
        var message = Encoded(new ConfirmationKey(
            string.Join('\n', newsletters.Select(newsletter => newsletter.NameIn(texts.Language))),
            (int)Math.Ceiling((confirmation.ExpiresAt - now).TotalDays), mail.Kind is SubscriberMailKind.Reminder, texts.Language,
            newsletters[0].From, newsletters[0].ReplyTo, newsletters[0].PostalAddress, BrandOf(newsletters)));
        return signing.Sign(message, SenderOf(mail, message.From), subscriber.AddressFrom(ring).ToMailbox(null), MessageIdOf(mail), token);
    }

    private TokenMessage Encoded(ConfirmationKey key)
    {
        if (confirmations.Count > MostConfirmations)
            confirmations.Clear();
        return confirmations.GetOrAdd(key, one =>
        {
            var rendered = renderer.Render(new ConfirmationMail
            {
                NewsletterNames = one.Names.Split('\n'),
                ConfirmUrl = links.Confirm(standIn),
                HoneypotUrl = links.HoneypotLink(standIn),
                ValidDays = one.ValidDays,
                Reminder = one.Reminder,
                Language = one.Language,
                SiteUrl = links.Site,
                PostalAddress = one.PostalAddress,
                Brand = one.Brand,
            });
            return new(MailHead.Of(one.From, one.ReplyTo, rendered.Subject, one.Language),
                rendered.Text.Replace(standIn, Placeholders.OfToken(), StringComparison.Ordinal),
                rendered.Html.Replace(standIn, Placeholders.OfToken(), StringComparison.Ordinal));
        });
    }

    private MimeMessage? Welcome(SubscriberMail mail, SubscriberMailFacts facts)
    {
        var now = clock.GetUtcNow();
        if (now > mail.CreatedAt + Confirmations.Confirmation.GoodFor) // a welcome a week late would only confuse
            return null;
        return Begun(mail, facts) switch
        {
            [] => null,
            [var newsletter] => Welcome(mail, facts, newsletter, now),
            var several => WelcomeToSeveral(mail, facts.SubscriberOf(mail), several, now),
        };
    }

    // Returns the newsletters that a welcome is about, except any that the reader has left since.
    private static List<Newsletter> Begun(SubscriberMail mail, SubscriberMailFacts facts)
    {
        var confirmation = facts.ConfirmationOf(mail);
        var begun = facts.SubscriptionsOf(mail).Where(s => s.State is SubscriptionState.Confirmed
            && (s.NewsletterId == mail.NewsletterId
                || (confirmation?.UsedAt is { } used && s.ConfirmedAt == RoundedInstants.DayOf(used)
                    && confirmation.NewsletterIds.Contains(s.NewsletterId)))).Select(s => s.NewsletterId).ToHashSet();
        return [.. facts.Newsletters.Where(newsletter => begun.Contains(newsletter.Id))];
    }

    private MimeMessage Welcome(SubscriberMail mail, SubscriberMailFacts facts, Newsletter newsletter, DateTimeOffset now)
    {
        var (subscriber, last) = (facts.SubscriberOf(mail), facts.LastIssueOf(newsletter));
        var unsubscribe = links.Unsubscribe(subscriber.Id, newsletter.Id);
        var texts = Texts.Of(subscriber.Language ?? newsletter.Locale);
        var message = Welcome(mail, subscriber, newsletter, texts, unsubscribe, new WelcomeMail
        {
            NewsletterName = newsletter.NameIn(texts.Language),
            NewsletterDescription = newsletter.DescriptionIn(texts.Language),
            NewsletterLanguage = newsletter.LanguageOfDescriptionIn(texts.Language),
            NextIssueDate = NextIssue(newsletter, texts, now),
            LastIssueSubject = last?.Subject,
            LastIssueUrl = last is null ? null : links.Issue(newsletter.Slug, last.Slug),
            Language = texts.Language,
            SiteUrl = links.Site,
            PostalAddress = newsletter.PostalAddress,
            Brand = BrandOf([newsletter]),
        });
        message.OfferOneClick(unsubscribe);
        return message;
    }

    // No List-Unsubscribe header, because one click ends only one of several subscriptions. The message links to the preferences page
    // instead.
    private MimeMessage WelcomeToSeveral(SubscriberMail mail, Subscriber subscriber, List<Newsletter> newsletters, DateTimeOffset now)
    {
        var texts = Texts.Of(subscriber.Language ?? newsletters[0].Locale);
        return Welcome(mail, subscriber, newsletters[0], texts, links.Preferences(subscriber.Id, newsletters[0].Id), new WelcomeMail
        {
            NewsletterName = newsletters[0].NameIn(texts.Language),
            NewsletterNames = [.. newsletters.Select(newsletter => newsletter.NameIn(texts.Language))],
            NextIssues = [.. newsletters
                .Select(newsletter => (Name: newsletter.NameIn(texts.Language), Date: NextIssue(newsletter, texts, now)))
                .Where(next => next.Date is not null)
                .Select(next => texts["welcome.next-each", ("newsletter_name", texts.Title(next.Name)), ("next_issue_date", next.Date)])],
            Language = texts.Language,
            SiteUrl = links.Site,
            PostalAddress = newsletters[0].PostalAddress,
        });
    }

    private MimeMessage Welcome(
        SubscriberMail mail, Subscriber subscriber, Newsletter newsletter, Texts texts, Uri unsubscribe, WelcomeMail source)
    {
        var name = subscriber.NameFrom(ring);
        var rendered = Filled(renderer.Render(source with { Named = !string.IsNullOrWhiteSpace(name) }), new Dictionary<string, string?>
        {
            [Placeholders.Name] = name,
            [Placeholders.UnsubscribeUrl] = unsubscribe.AbsoluteUri,
            [Placeholders.PreferencesUrl] = links.Preferences(subscriber.Id, newsletter.Id).AbsoluteUri,
        });
        return Compose(mail, newsletter, subscriber.AddressFrom(ring).ToMailbox(name), rendered, texts);
    }

    // A message about several newsletters has the site's name at its top, so it has no newsletter's color or logo.
    private MailBrand BrandOf(IReadOnlyList<Newsletter> newsletters) =>
        newsletters is [var only] ? Brand.Of(only, links.Site) : MailBrand.Usual;

    private static string? NextIssue(Newsletter newsletter, Texts texts, DateTimeOffset now) =>
        SlotRule.Parse(newsletter.Schedule, newsletter.TimeZone).NextFree(now) is { } at ? newsletter.DateIn(texts.Culture, at) : null;

    private MimeMessage? Notice(SubscriberMail mail, SubscriberMailFacts facts)
    {
        var (all, mine, subscriber) = (facts.Newsletters, facts.SubscribedBy(mail), facts.SubscriberOf(mail));
        var newsletter = mine.Concat(all).First(); // the message is sent in this newsletter's name
        var texts = Texts.Of(subscriber.Language ?? newsletter.Locale);
        var frame = new NoticeFrame(all is [var only] ? only.NameIn(texts.Language) : links.Site.IdnHost, texts.Language, links.Site,
            newsletter.PostalAddress)
        {
            Brand = BrandOf(all),
        };
        var notice = mail.Kind switch
        {
            SubscriberMailKind.AlreadyThere => mine.Count > 0
                ? NoticeMail.AlreadyThere(frame, mine.Select(one => one.NameIn(texts.Language)),
                    links.Preferences(subscriber.Id, newsletter.Id))
                : null,
            SubscriberMailKind.OneTimeLink => Token(facts.LinkOf(mail)) is { } token
                ? NoticeMail.OneTimeLink(frame, links.Preferences(token)) : null,
            SubscriberMailKind.AddressCheck => Token(facts.LinkOf(mail)) is { } token
                ? NoticeMail.AddressCheck(frame, links.NewAddress(token)) : null,
            _ => NoticeMail.AddressChanged(frame),
        };
        return notice is null ? null
            : Compose(mail, newsletter, mail.AddressFrom(subscriber, ring).ToMailbox(null), renderer.Render(notice), texts);
    }

    /// <summary>Returns the token for the message's link, or null if the link has expired or been used.</summary>
    private string? Token(OneTimeLink? link) => link is { UsedAt: null } && link.ExpiresAt > clock.GetUtcNow()
        ? tokens.Recover(link.Seed, link.TokenHash) : null;

    // The Message-ID is the same at each attempt, so mail programs can show a message that arrives twice only once.
    private MimeMessage Compose(SubscriberMail mail, Newsletter newsletter, MailboxAddress to, RenderedMail rendered, Texts texts) =>
        MailComposer.Compose(
            MailHead.Of(newsletter.From, newsletter.ReplyTo, rendered.Subject, texts.Language),
            to, MessageIdOf(mail), clock.GetUtcNow(), rendered.Text, rendered.Html);

    // The Message-ID contains no sequential number, because readers could count the messages to others between two of their own.
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

    /// <summary>What a confirmation depends on, apart from its token. Names are joined by line breaks.</summary>
    private sealed record ConfirmationKey(string Names, int ValidDays, bool Reminder, string Language, string From, string? ReplyTo,
        string PostalAddress, MailBrand Brand);
}
