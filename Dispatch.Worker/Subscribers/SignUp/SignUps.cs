using Dispatch.Worker.Addresses;
using Dispatch.Worker.Database;
using Dispatch.Worker.Privacy;
using Dispatch.Worker.Subscribers.Mails;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Worker.Subscribers.SignUp;

/// <summary>
/// Stores a sign-up and queues its message. The sender may not own the address, so a sign-up only asks the reader to confirm. The name and
/// language typed take effect with the confirmation, and the answer reveals nothing about the address. A reader who already gets these
/// newsletters is mailed a notice, and nothing changes. No message goes to an address that is suppressed, or that has been mailed often
/// enough today: the same is made, sealed and looked up for it, and it waits for the same transaction, so that the time an answer takes
/// reveals no more than its text.
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
            SealedName = wish.Name is { Length: > 0 } name ? ring.Seal(name, Subscriber.NamePurpose) : null,
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
                // Another process wrote a sign-up with this address at the same instant. The next try finds the address.
            }
        }
        if (row.UnknownNewsletter)
            return SignUpOutcome.UnknownNewsletter;
        await wake();
        return SignUpOutcome.Taken;
    }
}

/// <summary>A sign-up, from the form or the API.</summary>
/// <param name="Address">The address as typed; it may not belong to the sender.</param>
/// <param name="Name">The name as typed. It takes effect with the confirmation.</param>
/// <param name="Newsletters">The slugs of the newsletters. If empty, the first newsletter is meant.</param>
/// <param name="Language">A BCP 47 tag. It takes effect with the confirmation.</param>
/// <param name="Source">Where the sign-up came from, such as <c>form</c> or <c>api</c>.</param>
public sealed record SignUp(EmailAddress Address, string? Name, IReadOnlyList<string> Newsletters, string? Language, string Source);

public enum SignUpOutcome
{
    /// <summary>The sign-up was accepted. This doesn't reveal whether the address was known, or whether a message is sent.</summary>
    Taken,
    UnknownNewsletter,
}
