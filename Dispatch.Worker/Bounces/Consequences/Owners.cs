using Dispatch.Worker.Addresses;
using Dispatch.Worker.Bounces.Reports;
using Dispatch.Worker.Database;
using Dispatch.Worker.Deliveries.Ledger;
using Dispatch.Worker.Issues;
using Dispatch.Worker.Privacy;
using Dispatch.Worker.Subscribers;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Worker.Bounces.Consequences;

/// <summary>
/// Finds out whose message came back, by something that nobody else can know or forge:
/// <list type="number">
/// <item>the token in an address that the report came to;</item>
/// <item>a token in the returned message: its envelope sender, or the link in List-Unsubscribe;</item>
/// <item>the Message-ID of the returned message, which has to be the one that the reader at the reported address was sent.</item>
/// </list>
/// An address alone proves nothing, because anybody could report it.
/// </summary>
public sealed class Owners(DispatchDb db, LinkTokens tokens, KeyRing ring)
{
    /// <summary>The number of recent issues whose Message-IDs are compared.</summary>
    private const int LastIssues = 30;

    /// <summary>Returns whose message came back, or null if nothing proves it.</summary>
    public async Task<Owner?> FindAsync(IncomingMail mail, CancellationToken cancel)
    {
        foreach (var address in mail.DeliveredTo)
            if (OfEnvelope(address, BounceProof.Token) is { } owner)
                return owner;
        if (mail.Nature is IncomingNature.Letter)
            return await OfMessageIdsAsync(mail.Answers, [mail.From], cancel);
        if (mail.OriginalSender is { } sender && OfEnvelope(sender, BounceProof.Returned) is { } complained)
            return complained;
        if (mail.Returned is not { } returned)
            return null;
        if (returned.ReturnPath is { } path && OfEnvelope(path, BounceProof.Returned) is { } inReturned)
            return inReturned;
        if (returned.FeedbackId is { } id && tokens.TryRead(id, LinkKind.Bounce, out var reader, out var issue))
            return new(BounceProof.Returned, reader, (int)issue, null);
        return await OfMessageIdsAsync([returned.MessageId ?? ""], [.. mail.Recipients.Select(one => one.Address), returned.To], cancel)
            ?? await OfUnsubscribeAsync(returned, cancel);
    }

    private Owner? OfEnvelope(string address, BounceProof proof)
    {
        if (TokenIn(address) is not { } token)
            return null;
        if (tokens.TryRead(token, LinkKind.Bounce, out var reader, out var issue))
            return new(proof, reader, (int)issue, null);
        if (tokens.TryRead(token, LinkKind.MailBounce, out reader, out var mail))
            return new(proof, reader, null, mail);
        return tokens.TryRead(token, LinkKind.TestBounce, out issue, out _) ? new(proof, null, (int)issue, null) : null;
    }

    // bounces+TOKEN@host, or TOKEN@host if a host rewrites it.
    private static string? TokenIn(string address)
    {
        var local = address[..Math.Max(0, address.LastIndexOf('@'))];
        var plus = local.LastIndexOf('+');
        return local.Length - plus - 1 == LinkTokens.Length ? local[(plus + 1)..] : null;
    }

    // The reader's Message-ID proves that whoever sent the report or letter has seen the message.
    private async Task<Owner?> OfMessageIdsAsync(IReadOnlyList<string> ids, IReadOnlyList<string?> addresses, CancellationToken cancel)
    {
        var ours = ids.Where(id => id.Length > 30).ToList();
        if (ours.Count == 0)
            return null;
        foreach (var address in addresses.OfType<string>().Distinct().Take(20))
        {
            if (!EmailAddress.TryParse(address, out var email, out _))
                continue;
            var hash = ring.HashOf(email);
            if (await db.Subscribers.Where(s => s.AddressHash == hash).Select(s => (long?)s.Id)
                .SingleOrDefaultAsync(cancel) is not { } reader)
                continue;
            var seeds = await (from edition in db.Editions
                               where db.Set<Delivery>().Any(d => d.IssueId == edition.IssueId && d.SubscriberId == reader)
                               orderby edition.IssueId descending
                               select new { edition.IssueId, edition.MessageIdSeed }).Take(LastIssues).ToListAsync(cancel);
            foreach (var seed in seeds)
                if (ours.Exists(id => id.StartsWith(Edition.MessageIdOf(seed.MessageIdSeed, reader), StringComparison.OrdinalIgnoreCase)))
                    return new(BounceProof.Returned, reader, seed.IssueId, null);
        }
        return null;
    }

    private async Task<Owner?> OfUnsubscribeAsync(ReturnedHeader returned, CancellationToken cancel)
    {
        foreach (var word in (returned.ListUnsubscribe ?? "").Split(['/', '+', '@', '<', '>', ',', '?', ' ', '='],
            StringSplitOptions.RemoveEmptyEntries))
            if (word.Length == LinkTokens.Length && tokens.TryRead(word, LinkKind.Unsubscribe, out var reader, out var newsletter))
            {
                // The link is the same in every issue, so the last issue sent to the reader is assumed.
                var issue = await (from delivery in db.Deliveries
                                   where delivery.SubscriberId == reader
                                   join one in db.Issues on delivery.IssueId equals one.Id
                                   where one.NewsletterId == newsletter
                                   orderby one.Id descending
                                   select (int?)one.Id).FirstOrDefaultAsync(cancel);
                return new(BounceProof.Returned, reader, issue, null);
            }
        return null;
    }
}
