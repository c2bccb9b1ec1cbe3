using System.Security.Cryptography;
using Dispatch.Worker.Addresses;
using Dispatch.Worker.Bounces.Consequences;
using Dispatch.Worker.Bounces.Reports;
using Dispatch.Worker.Database;
using Dispatch.Worker.Mailing;
using Dispatch.Worker.Newsletters;
using Dispatch.Worker.Privacy;
using Dispatch.Worker.Relays;
using Dispatch.Worker.Subscribers;
using Dispatch.Worker.Subscribers.Choices;
using Microsoft.EntityFrameworkCore;
using MimeKit;

namespace Dispatch.Worker.Bounces.Letters;

/// <summary>
/// Handles letters. A message to the address in List-Unsubscribe unsubscribes its reader, whatever it says and whoever sent it. A letter
/// that asks for nothing but to be unsubscribed does so too: for the reader whose message it answers or else for the address in From:. Any
/// other letter is forwarded to the newsletter's Reply-To.
/// </summary>
public sealed class LetterIntake(
    DispatchDb db, Unsubscribing unsubscribing, LinkTokens tokens, KeyRing ring, RelayPool relays, TimeProvider clock)
{
    /// <summary>Marks forwarded letters, so that a Reply-To that leads back here causes no loop.</summary>
    private const string Mark = "X-Dispatch-Forwarded";

    /// <param name="mail">The letter.</param>
    /// <param name="owner">Whose message it answers, or null if unknown.</param>
    /// <param name="bytes">The whole letter.</param>
    /// <param name="cancel">Stops before the effect.</param>
    public async Task<IntakeResult> TakeAsync(IncomingMail mail, Owner? owner, byte[] bytes, CancellationToken cancel)
    {
        if (LeavingWords.Ask(mail) && await LeaveAsync(mail, owner, cancel))
            return IntakeResult.Read;
        return await ForwardAsync(mail, owner, bytes, cancel);
    }

    /// <summary>
    /// Unsubscribes a reader by the token in the address that a message came to. A program may have sent the message for the reader.
    /// Returns false if the address has no such token.
    /// </summary>
    public async Task<bool> LeaveByTokenAsync(IncomingMail mail, CancellationToken cancel)
    {
        foreach (var token in mail.DeliveredTo.Select(TokenIn).OfType<string>())
            if (await unsubscribing.UnsubscribeAsync(token, "by mail", cancel) is not null)
                return true;
        return false;
    }

    private async Task<bool> LeaveAsync(IncomingMail mail, Owner? owner, CancellationToken cancel)
    {
        // A token or a Message-ID proves who writes; From: alone can be forged by anybody. It is believed all the same: whoever is in
        // danger and writes "unsubscribe" has to be left alone at once, without a further message, and a forged goodbye costs its victim
        // some issues, not more. But where the receiving server knows that From: is forged, a person looks at it.
        var reader = owner?.SubscriberId;
        if (reader is null && mail.IsForged)
            return false;
        if (reader is null && EmailAddress.TryParse(mail.From, out var from, out _))
        {
            var hash = ring.HashOf(from);
            reader = await db.Subscribers.Where(s => s.AddressHash == hash).Select(s => (long?)s.Id).SingleOrDefaultAsync(cancel);
        }
        if (reader is not { } id)
            return false;
        // From one newsletter if it is known which, otherwise from all.
        var newsletter = (await NewsletterAsync(mail, owner, cancel))?.Id;
        var left = await db.Subscriptions.Where(s => s.SubscriberId == id && s.State != SubscriptionState.Unsubscribed
            && (newsletter == null || s.NewsletterId == newsletter)).Select(s => s.NewsletterId).ToListAsync(cancel);
        foreach (var one in left)
            await unsubscribing.UnsubscribeAsync(
                tokens.Make(LinkKind.Unsubscribe, id, one), owner is null ? "by mail, by its From alone" : "by mail", cancel);
        return true;
    }

    private async Task<IntakeResult> ForwardAsync(IncomingMail mail, Owner? owner, byte[] bytes, CancellationToken cancel)
    {
        if (bytes.Length >= MailParts.MostBytes || mail.IsForwarded || await NewsletterAsync(mail, owner, cancel) is not { } newsletter
            || !MailboxAddress.TryParse(newsletter.ReplyTo ?? "", out var to) || !MailboxAddress.TryParse(newsletter.From, out var from)
            || mail.DeliveredTo.Contains(to.Address, StringComparer.OrdinalIgnoreCase)
            || MailParts.Load(bytes) is not { } letter)
            return IntakeResult.Unclear;
        using var message = MailComposer.Begin(new MailHead(from, MailboxAddress.TryParse(mail.From ?? "", out var writer) ? writer : null,
            mail.Subject.Length > 0 ? mail.Subject : "(no subject)", "en"));
        message.Date = clock.GetUtcNow();
        message.To.Add(to);
        // The same at each attempt, so that a letter forwarded again after a crash is recognized.
        message.MessageId = $"forwarded-{Convert.ToHexStringLower(SHA256.HashData(bytes)[..15])}@{from.Domain}";
        message.Headers.Add(Mark, "yes");
        message.Headers.Add(HeaderId.AutoSubmitted, "auto-generated");
        message.Body = new Multipart("mixed")
        {
            new TextPart("plain") { Text = mail.Text.Length > 0 ? mail.Text : "The letter is attached." },
            new MessagePart("rfc822", letter),
        };
        var reply = await relays.SendAsync(message, new MailboxAddress("", from.GetAddress(idnEncode: true)), to);
        return reply.Kind switch
        {
            ReplyKind.Accepted => IntakeResult.Read,
            ReplyKind.Permanent => IntakeResult.Unclear,
            _ => IntakeResult.Later,
        };
    }

    private async Task<Newsletter?> NewsletterAsync(IncomingMail mail, Owner? owner, CancellationToken cancel)
    {
        if (owner?.IssueId is { } issueId)
            return await (from issue in db.Set<Issues.Issue>()
                          where issue.Id == issueId
                          join newsletter in db.Newsletters on issue.NewsletterId equals newsletter.Id
                          select newsletter).AsNoTracking().SingleOrDefaultAsync(cancel);
        var all = await db.Newsletters.AsNoTracking().OrderBy(newsletter => newsletter.Id).ToListAsync(cancel);
        return all.Find(newsletter => MailboxAddress.TryParse(newsletter.From, out var from)
            && mail.DeliveredTo.Contains(from.GetAddress(idnEncode: true), StringComparer.OrdinalIgnoreCase))
            ?? (all.Count == 1 ? all[0] : null);
    }

    private string? TokenIn(string address)
    {
        var local = address[..Math.Max(0, address.LastIndexOf('@'))];
        var token = local[(local.LastIndexOf('+') + 1)..];
        return tokens.TryRead(token, LinkKind.Unsubscribe, out _, out _) ? token : null;
    }
}
