using Dispatch.Worker.Addresses;
using Dispatch.Worker.Database;
using Dispatch.Worker.Privacy;
using Dispatch.Worker.Subscribers.Mails;
using Dispatch.Worker.Subscribers.SignUp.Writing;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Worker.Subscribers.SignUp;

/// <summary>
/// Stores a sign-up and queues a message that asks the reader to confirm, because the sender may not own the address. A reader who already
/// gets the newsletters is mailed a notice instead. If the address may not be mailed, the same work is done, so timing reveals nothing.
/// </summary>
public sealed class SignUps(SignUpWriter writer, KeyRing ring, ConfirmationTokens tokens, WakeReaderMailing wake)
{
    private const int Tries = 3;

    public async Task<SignUpOutcome> RequestAsync(SignUp wish, CancellationToken cancel)
    {
        var seed = ConfirmationTokens.NewSeed();
        var row = new SignUpRow
        {
            Address = wish.Address,
            AddressHash = ring.HashOf(wish.Address),
            SealedAddress = ring.Seal(wish.Address.Normalized, Subscriber.AddressPurpose),
            Slugs = wish.Newsletters,
            Seed = seed,
            TokenHash = ConfirmationTokens.Hash(tokens.Derive(seed)),
            SealedName = ReaderName.Of(wish.Name) is { } name ? ring.Seal(name, Subscriber.NamePurpose) : null,
            Language = wish.Language is { Length: > 0 } language ? StorableText.Of(language) : null,
            Source = wish.Source,
        };
        for (var tries = 1; ; tries++)
        {
            try
            {
                await writer.WriteAsync(row).WaitAsync(cancel);
                break;
            }
            catch (DbUpdateException) when (tries < Tries)
            {
                // Another process wrote a sign-up with this address at the same instant. The next try finds it.
            }
        }
        if (row.UnknownNewsletter)
            return SignUpOutcome.UnknownNewsletter;
        await wake();
        return SignUpOutcome.Taken;
    }
}

/// <summary>A sign-up, from the form or the API.</summary>
/// <param name="Address">The address as typed. It may not belong to the sender.</param>
/// <param name="Name">The name as typed. It takes effect with the confirmation.</param>
/// <param name="Newsletters">The slugs of the newsletters. Empty means the first newsletter.</param>
/// <param name="Language">A BCP 47 tag. It takes effect with the confirmation.</param>
/// <param name="Source">The origin of the sign-up, such as <c>form</c> or <c>api</c>.</param>
public sealed record SignUp(EmailAddress Address, string? Name, IReadOnlyList<string> Newsletters, string? Language, string Source);

public enum SignUpOutcome
{
    /// <summary>Accepted. This doesn't reveal whether the address was known or whether a message is sent.</summary>
    Taken,
    UnknownNewsletter,
}
