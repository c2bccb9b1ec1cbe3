using System.Buffers.Binary;
using System.Security.Cryptography;
using Dispatch.Worker.Privacy;
using Microsoft.Extensions.Options;

namespace Dispatch.Worker.Subscribers.SignUp;

/// <summary>
/// Makes and checks stamps. A stamp is a form's hidden field that says when the form was shown, with a keyed mark. A form that comes back
/// too soon is suspected to be a robot's. A form without a valid stamp is accepted, but counts double towards the network's limit.
/// </summary>
public sealed class FormTimestamps(KeyRing ring, IOptions<SubscriptionSettings> settings, TimeProvider clock)
{
    private const string Use = "sign-up-stamp";
    private const int MarkBytes = 12;

    private static readonly TimeSpan GoodFor = TimeSpan.FromDays(1);

    // How far ahead of this host's clock a valid stamp may be, because a host with a fast clock may have shown the form.
    private static readonly TimeSpan ClocksApart = TimeSpan.FromMinutes(5);

    public string Make()
    {
        Span<byte> stamp = stackalloc byte[8 + MarkBytes];
        BinaryPrimitives.WriteInt64BigEndian(stamp, clock.GetUtcNow().ToUnixTimeMilliseconds());
        ring.MarkOf(Use, stamp[..8]).AsSpan(0, MarkBytes).CopyTo(stamp[8..]);
        return Base32.Encode(stamp);
    }

    public FormTimestampResult Judge(string? stamp)
    {
        Span<byte> bytes = stackalloc byte[8 + MarkBytes];
        if (!Base32.TryDecode(stamp, bytes)
            || !CryptographicOperations.FixedTimeEquals(ring.MarkOf(Use, bytes[..8]).AsSpan(0, MarkBytes), bytes[8..]))
            return FormTimestampResult.None;
        var age = clock.GetUtcNow() - DateTimeOffset.FromUnixTimeMilliseconds(BinaryPrimitives.ReadInt64BigEndian(bytes));
        if (age < -ClocksApart || age > GoodFor)
            return FormTimestampResult.None;
        return age >= TimeSpan.Zero && age < settings.Value.MinimumTime ? FormTimestampResult.TooSoon : FormTimestampResult.Good;
    }
}

public enum FormTimestampResult
{
    /// <summary>The stamp is missing or invalid.</summary>
    None,

    /// <summary>The form came back faster than people type. A password manager can also cause this.</summary>
    TooSoon,
    Good,
}
