using System.Security.Cryptography;
using System.Text;
using Dispatch.Worker.Addresses;

namespace Dispatch.Worker.Privacy;

/// <summary>Seals values that must not be readable in the database, and hashes values that must still be found there.</summary>
/// <remarks>
/// <para>
/// The ring is a file outside the database, so a thief of the database or its backup can't read any address or name. New values are sealed
/// with the current one of several keys. A sealed value begins with its key's number, so old values can still be opened.
/// </para>
/// <para>
/// The hash key never changes, because readers are found by the hash of their address. <see cref="Fingerprint"/> shows whether a database
/// was hashed with this ring, and reveals nothing about the key.
/// </para>
/// <para>
/// ASP.NET's data protection (see <c>AddDispatchStaff</c>) is used only for short-lived data, such as sessions, because its keys change
/// every 90 days. That doesn't suit readers' data: the hash of an address must never change, and an unsubscribe link must work for years.
/// </para>
/// <para>Thread-safe. A key added by another process is loaded when the first value sealed with this key is opened.</para>
/// </remarks>
public sealed class KeyRing
{
    private const int NonceBytes = 12;
    private const int TagBytes = 16;
    private const int Overhead = 1 + NonceBytes + TagBytes;
    private const byte PaddingBegins = 0x80;
    private const int OnStack = 256;
    private const int LongestPurpose = 64;
    private const int NoncesAtOnce = 64;

    [ThreadStatic]
    private static byte[]? nonces;

    [ThreadStatic]
    private static int noncesLeft;

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

    /// <summary>Reads the ring from its file, or creates a ring and its file. Two processes that start at once get the same ring.</summary>
    public static KeyRing LoadOrCreate(string path, TimeProvider? clock = null)
    {
        var file = new KeyRingFile(path, clock ?? TimeProvider.System);
        return new(file.ReadOrCreate(), file);
    }

    /// <summary>A public value that identifies the hash key. The database stores it, so a wrong key file is noticed.</summary>
    public string Fingerprint { get; }

    /// <summary>The path of the key file, or null if the ring is kept in memory only.</summary>
    public string? Path => file?.Path;

    /// <summary>Whether other accounts may read the key file.</summary>
    public bool IsReadableByOthers => file?.IsReadableByOthers ?? false;

    internal RingKey Current => keys.Current;

    internal IEnumerable<RingKey> NewestFirst => keys.NewestFirst;

    /// <summary>The number of the key with which new values are sealed.</summary>
    public byte CurrentId => keys.Current.Id;

    /// <summary>
    /// Seals a value as [key id][nonce][ciphertext][tag]. Opening it requires the same purpose, so a sealed name can't be opened as an
    /// address. The text is padded (ISO/IEC 7816-4) to 64, 128, 256 or a multiple of 256 bytes, because its exact length would help to
    /// guess it.
    /// </summary>
    public byte[] Seal(string value, string purpose)
    {
        var length = Encoding.UTF8.GetByteCount(value);
        var padded = Padded(length + 1);
        Span<byte> held = stackalloc byte[OnStack];
        held.Clear();
        var plain = padded <= OnStack ? held[..padded] : new byte[padded];
        Encoding.UTF8.GetBytes(value, plain);
        plain[length] = PaddingBegins;
        return SealBytes(plain, purpose);
    }

    /// <summary>Seals bytes in the same form, but without padding: their length shows.</summary>
    public byte[] SealBytes(ReadOnlySpan<byte> plain, string purpose)
    {
        var key = keys.Current;
        var whole = new byte[Overhead + plain.Length];
        whole[0] = key.Id;
        FillNonce(Nonce(whole));
        Span<byte> held = stackalloc byte[LongestPurpose];
        key.Sealing.Encrypt(Nonce(whole), plain, Text(whole), Tag(whole), held[..Encoding.UTF8.GetBytes(purpose, held)]);
        return whole;
    }

    // The generator is asked once for many nonces. None is used twice.
    private static void FillNonce(Span<byte> nonce)
    {
        if (noncesLeft == 0)
        {
            RandomNumberGenerator.Fill(nonces ??= new byte[NonceBytes * NoncesAtOnce]);
            noncesLeft = NoncesAtOnce;
        }
        nonces.AsSpan(--noncesLeft * NonceBytes, NonceBytes).CopyTo(nonce);
    }

    private static int Padded(int length) => length <= 64 ? 64 : length <= 128 ? 128 : (length + 255) / 256 * 256;

    /// <summary>
    /// Opens a sealed value. Throws a <see cref="KeyRingException"/> if the value was changed, the purpose differs or the key is missing.
    /// </summary>
    public string Open(byte[] sealedValue, string purpose)
    {
        var plain = OpenBytes(sealedValue, purpose);
        return Encoding.UTF8.GetString(plain, 0, Array.LastIndexOf(plain, PaddingBegins));
    }

    /// <summary>Opens what <see cref="SealBytes"/> sealed. Throws as <see cref="Open"/> does.</summary>
    public byte[] OpenBytes(byte[] sealedValue, string purpose)
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
        return plain;
    }

    /// <summary>Returns the hash by which a reader is found, 32 bytes. All spellings of one address have the same hash.</summary>
    public byte[] HashOf(EmailAddress address) => HMACSHA256.HashData(addressHashKey, Encoding.UTF8.GetBytes(address.Key));

    /// <summary>
    /// Starts the hash of a request. The hash is keyed, because an address in the request could be guessed from a plain hash.
    /// </summary>
    public IncrementalHash HashOfRequest() => IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, requestHashKey);

    /// <summary>
    /// Returns 32 bytes that only this ring can make, different for each use and data. They don't change when a key is added, because
    /// mailed links contain them.
    /// </summary>
    public byte[] MarkOf(string use, ReadOnlySpan<byte> data) =>
        HMACSHA256.HashData(RingKey.Derive(keys.HashSecret, "dispatch/mark/" + use, 32), data);

    /// <summary>Adds a key, makes it current and returns its number. Values and links made with older keys remain valid.</summary>
    public byte AddKey()
    {
        keys = file is null ? keys.WithNewKey(DateTimeOffset.UnixEpoch) : file.AddKey();
        return CurrentId;
    }

    /// <summary>
    /// Returns the key with this number, or null if there is none. For an unknown number the file is read again, because another process
    /// may have added the key.
    /// </summary>
    internal RingKey? Find(byte id)
    {
        if (keys.Find(id) is { } known)
            return known;
        return ReadAgain() ? keys.Find(id) : null;
    }

    /// <summary>Loads keys that another process has added. Returns false if the file has not changed, or belongs to another ring.</summary>
    internal bool ReadAgain()
    {
        // A made-up key number in a link can cause this call, so an unchanged file is not read again.
        if (file?.ReadIfChanged() is not { } read || read.Fingerprint != Fingerprint)
            return false;
        keys = read;
        Volatile.Write(ref missingIsTold, 0);
        return true;
    }

    /// <summary>Returns true once, and then false until the key file changes. A missing key is therefore reported only once.</summary>
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
