using System.Security.Cryptography;

namespace Dispatch.Worker.Privacy;

/// <summary>The keys of a ring at one moment. Immutable: a change creates a new set.</summary>
internal sealed class KeySet
{
    private readonly RingKey?[] byId = new RingKey?[byte.MaxValue + 1];

    public KeySet(IReadOnlyList<RingKey> keys, byte currentId, byte[] hashSecret)
    {
        foreach (var key in keys)
            byId[key.Id] = key;
        Keys = keys;
        Current = byId[currentId] ?? throw new ArgumentException("The current key is not among the keys.", nameof(currentId));
        HashSecret = hashSecret;
        Fingerprint = Convert.ToHexStringLower(RingKey.Derive(hashSecret, "dispatch/fingerprint", 8));
    }

    public IReadOnlyList<RingKey> Keys { get; }

    public RingKey Current { get; }

    public byte[] HashSecret { get; }

    public string Fingerprint { get; }

    public IEnumerable<RingKey> NewestFirst => Keys.OrderByDescending(key => key == Current).ThenByDescending(key => key.Id);

    public RingKey? Find(byte id) => byId[id];

    public static KeySet Fresh(DateTimeOffset now) => new([NewKey(1, now)], 1, RandomNumberGenerator.GetBytes(RingKey.SecretBytes));

    public KeySet WithNewKey(DateTimeOffset now)
    {
        var highest = Keys.Max(key => key.Id);
        if (highest == byte.MaxValue)
            throw new KeyRingException("The key ring is full: it holds 255 keys.");
        return new([.. Keys, NewKey((byte)(highest + 1), now)], (byte)(highest + 1), HashSecret);
    }

    private static RingKey NewKey(byte id, DateTimeOffset now) => new(id, RandomNumberGenerator.GetBytes(RingKey.SecretBytes), now);
}
