using System.Security.Cryptography;
using System.Text;
using Dispatch.Worker.Addresses;

namespace Dispatch.Worker.Privacy;

/// <summary>Seals what must not be readable in the database, and hashes what must be found there without being readable.</summary>
/// <remarks>
/// <para>
/// The ring is a file beside the data, not in it: whoever takes the database or its backup learns no reader's address or name. It holds
/// several keys by number, one of them current. New values are sealed with the current key, old ones are opened with the key whose number
/// they begin with; so a key can be changed at any time, and values resealed at leisure.
/// </para>
/// <para>
/// The hash key never changes: readers are found by the hash of their address, and a changed key would lose them all.
/// <see cref="Fingerprint"/> tells, without giving anything away, whether a ring is the one that a database's hashes were made with.
/// </para>
/// <para>
/// Why not ASP.NET's data protection, which has keys too (see <c>AddDispatchStaff</c>)? It is for what lasts days, such as sessions and
/// one-time links for staff: its keys change every 90 days, and what it seals can be opened but not found. Here the same address must give
/// the same hash for ever, a link in a years-old mail must still unsubscribe, the length of what is sealed must not reveal what it is, and
/// one file holds all the keys, to be backed up apart from the database.
/// </para>
/// <para>Safe to use from any number of threads. A key added by another process is picked up when the first value sealed with it
/// appears.</para>
/// </remarks>
public sealed class KeyRing
{
    private const int NonceBytes = 12;
    private const int TagBytes = 16;
    private const int Overhead = 1 + NonceBytes + TagBytes;
    private const byte PaddingBegins = 0x80;

    private readonly KeyRingFile? file;
    private readonly byte[] addressHashKey;
    private readonly byte[] requestHashKey;
    private volatile KeySet keys;
    private int missingIsTold;

    internal KeyRing(KeySet keys, KeyRingFile? file)
    {
        (this.keys, this.file) = (keys, file);
        addressHashKey = RingKey.Derive(keys.HashSecret, "dispatch/address-hash", 32);
        requestHashKey = RingKey.Derive(keys.HashSecret, "dispatch/request-hash", 32);
        Fingerprint = keys.Fingerprint;
    }

    /// <summary>
    /// Reads the ring from its file, or creates file and ring if there is none. Two processes that start at once get the same ring.
    /// </summary>
    public static KeyRing LoadOrCreate(string path, TimeProvider? clock = null)
    {
        var file = new KeyRingFile(path, clock ?? TimeProvider.System);
        return new(file.ReadOrCreate(), file);
    }

    /// <summary>
    /// A short public value that stays the same as long as the hash key does; the database keeps it so that a wrong key file is noticed.
    /// </summary>
    public string Fingerprint { get; }

    /// <summary>The key file, or null for a ring that is not kept in a file.</summary>
    public string? Path => file?.Path;

    /// <summary>Whether anyone but the owner may read the key file; for doctor.</summary>
    public bool IsReadableByOthers => file?.IsReadableByOthers ?? false;

    internal RingKey Current => keys.Current;

    internal IEnumerable<RingKey> NewestFirst => keys.NewestFirst;

    /// <summary>The number of the key that new values are sealed with.</summary>
    public byte CurrentId => keys.Current.Id;

    /// <summary>
    /// [key id][nonce][ciphertext][tag]. The purpose is checked on opening, so that a sealed name cannot pass for an address. The text is
    /// padded (ISO/IEC 7816-4: 0x80 and zeros) to 64, 128, 256 or a multiple of 256 bytes: its exact length would tell suspects apart.
    /// </summary>
    public byte[] Seal(string value, string purpose)
    {
        var key = keys.Current;
        var length = Encoding.UTF8.GetByteCount(value);
        var plain = new byte[Padded(length + 1)];
        Encoding.UTF8.GetBytes(value, plain);
        plain[length] = PaddingBegins;
        var whole = new byte[Overhead + plain.Length];
        whole[0] = key.Id;
        RandomNumberGenerator.Fill(Nonce(whole));
        key.Sealing.Encrypt(Nonce(whole), plain, Text(whole), Tag(whole), Encoding.UTF8.GetBytes(purpose));
        return whole;
    }

    private static int Padded(int length) => length <= 64 ? 64 : length <= 128 ? 128 : (length + 255) / 256 * 256;

    /// <summary>Opens what was sealed. A changed value, another purpose or a missing key is a <see cref="KeyRingException"/>.</summary>
    public string Open(byte[] sealedValue, string purpose)
    {
        ArgumentNullException.ThrowIfNull(sealedValue);
        if (sealedValue.Length < Overhead)
            throw new KeyRingException($"A sealed value is cut off: expected {Overhead} bytes or more, got {sealedValue.Length}.");

        var key = Find(sealedValue[0]) ?? throw new KeyRingException(
            $"{Place} has no key {sealedValue[0]}, which a stored value was sealed with. Put back the key file that belongs to this "
                + $"database ({PrivacySettings.KeyFileKey} names it).")
        { KeyIsMissing = true };
        var plain = new byte[Text(sealedValue).Length];
        try
        {
            key.Sealing.Decrypt(Nonce(sealedValue), Text(sealedValue), Tag(sealedValue), plain, Encoding.UTF8.GetBytes(purpose));
        }
        catch (AuthenticationTagMismatchException mismatch)
        {
            throw new KeyRingException(
                $"A stored value does not open with key {key.Id} of {Place}: it was changed, or the key file belongs to another database "
                    + $"({PrivacySettings.KeyFileKey} names it).", mismatch);
        }
        return Encoding.UTF8.GetString(plain, 0, Array.LastIndexOf(plain, PaddingBegins));
    }

    /// <summary>What a reader is found by: 32 bytes, the same however the address is written.</summary>
    public byte[] HashOf(EmailAddress address) => HMACSHA256.HashData(addressHashKey, Encoding.UTF8.GetBytes(address.Key));

    /// <summary>
    /// Starts the hash that a request is recognised by. It is keyed: a request may contain an address, and nobody should be able to
    /// discover it by guessing.
    /// </summary>
    public IncrementalHash HashOfRequest() => IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, requestHashKey);

    /// <summary>
    /// 32 bytes that only this ring can make, different for each use. Like the hashes of addresses, they stay the same when keys are added,
    /// because they are in links that have been mailed.
    /// </summary>
    public byte[] MarkOf(string use, ReadOnlySpan<byte> data) =>
        HMACSHA256.HashData(RingKey.Derive(keys.HashSecret, "dispatch/mark/" + use, 32), data);

    /// <summary>Adds a key and makes it the current one. The old ones stay, and what they sealed and signed remains valid.</summary>
    public byte AddKey()
    {
        keys = file is null ? keys.WithNewKey(DateTimeOffset.UnixEpoch) : file.AddKey();
        return CurrentId;
    }

    /// <summary>
    /// The key with this number. If it is not known, another process may have added it, so the file is read again.
    /// </summary>
    internal RingKey? Find(byte id)
    {
        if (keys.Find(id) is { } known)
            return known;
        return ReadAgain() ? keys.Find(id) : null;
    }

    /// <summary>Looks for keys that another process has added. False: the file is as it was, or belongs to another ring.</summary>
    internal bool ReadAgain()
    {
        // Numbers come from strangers too (in links): the file is read again only when it has changed.
        if (file?.ReadIfChanged() is not { } read || read.Fingerprint != Fingerprint)
            return false;
        keys = read;
        Volatile.Write(ref missingIsTold, 0);
        return true;
    }

    /// <summary>
    /// True the first time, and again when the file has changed: a missing key is reported once, not with every mail that waits for it.
    /// </summary>
    internal bool IsToTellOfMissingKey() => Interlocked.Exchange(ref missingIsTold, 1) == 0;

    internal KeyRingException KeyMissing(string what) =>
        new($"{Place} has no key that {what} with. Copy the newest key file to this machine ({PrivacySettings.KeyFileKey} names it).")
        {
            KeyIsMissing = true,
        };

    private string Place => file is null ? "The key ring" : $"The key file {file.Path}";

    private static Span<byte> Nonce(byte[] whole) => whole.AsSpan(1, NonceBytes);

    private static Span<byte> Text(byte[] whole) => whole.AsSpan(1 + NonceBytes, whole.Length - 1 - NonceBytes - TagBytes);

    private static Span<byte> Tag(byte[] whole) => whole.AsSpan(whole.Length - TagBytes);
}
