using System.Security.Cryptography;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Security;

namespace Dispatch.Worker.Signing;

/// <summary>An RSA (RFC 6376) or Ed25519 (RFC 8463) private key for signing mail, read from PEM. Thread-safe.</summary>
public abstract class DkimKey : IDisposable
{
    private const string Example =
        "expected an RSA or Ed25519 private key in PEM, e.g. from: openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out "
            + "dkim.pem";

    /// <summary>The minimum length of an RSA key. Verifiers must not accept shorter ones (RFC 8301 §3.2).</summary>
    private const int FewestBits = 1024;

    /// <summary>The key type: k= in the DNS record, and the beginning of a= in a signature.</summary>
    public abstract string Kind { get; }

    /// <summary>The public key in the form published in DNS (RFC 6376 §3.6.1, RFC 8463 §4).</summary>
    public abstract ReadOnlyMemory<byte> PublicKey { get; }

    /// <summary>Whether the key is shorter than the 2048 bits that RFC 8301 §3.2 advises for RSA.</summary>
    public virtual bool IsShort => false;

    public abstract int SignatureLength { get; }

    public abstract void Sign(ReadOnlySpan<byte> hash, Span<byte> signature);

    /// <summary>Reads the key in a file, or returns what is wrong, in words that follow the setting's name.</summary>
    public static (DkimKey? Key, string? Fault) Read(string path)
    {
        string text;
        try
        {
            text = File.ReadAllText(path);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return (null, $"can't be read ({fault.Message.ReplaceLineEndings(" ")}): {Example}");
        }
        return Parse(text);
    }

    /// <summary>Reads a key from PEM text. No error message repeats any part of the text.</summary>
    public static (DkimKey? Key, string? Fault) Parse(string text)
    {
        if (text.Contains("ENCRYPTED", StringComparison.Ordinal))
            return (null,
                "is locked with a passphrase: expected a key without one (openssl pkey -in locked.pem -out dkim.pem), kept readable for "
                    + "this account alone");
        if (!PemEncoding.TryFind(text, out var pem))
            return (null, $"holds no PEM: {Example}");
        try
        {
            return text[pem.Label] switch
            {
                "RSA PRIVATE KEY" or "PRIVATE KEY" when IsRsa(text, pem) => Rsa(text),
                "PRIVATE KEY" when KeyOf(text, pem) is Ed25519PrivateKeyParameters ed25519 => (new Ed25519DkimKey(ed25519), null),
                "PRIVATE KEY" or "EC PRIVATE KEY" => (null, $"is neither RSA nor Ed25519: {Example}"),
                "PUBLIC KEY" or "RSA PUBLIC KEY" or "CERTIFICATE" => (null, $"holds the public part only: {Example}"),
                var label => (null, $"holds a '{label}': {Example}"),
            };
        }
        catch (Exception fault) when (fault is CryptographicException or ArgumentException or IOException
            or InvalidCastException or SecurityUtilityException or FormatException or InvalidOperationException)
        {
            return (null, $"holds a damaged key: {Example}"); // the exception's message might quote the key
        }
    }

    public abstract void Dispose();

    private static bool IsRsa(string text, PemFields pem) => text[pem.Label] == "RSA PRIVATE KEY" || KeyOf(text, pem) is RsaKeyParameters;

    private static Org.BouncyCastle.Crypto.AsymmetricKeyParameter KeyOf(string text, PemFields pem) =>
        PrivateKeyFactory.CreateKey(Convert.FromBase64String(text[pem.Base64Data]));

    private static (DkimKey?, string?) Rsa(string text)
    {
        var rsa = RSA.Create();
        rsa.ImportFromPem(text);
        return rsa.KeySize >= FewestBits ? (new RsaDkimKey(rsa), null)
            : (null, $"is an RSA key of {rsa.KeySize} bits: expected 2048; receivers accept none below {FewestBits}");
    }
}
