using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Math.EC.Rfc8032;

namespace Dispatch.Worker.Signing;

/// <summary>An Ed25519 key. It uses BouncyCastle, because .NET has no Ed25519.</summary>
internal sealed class Ed25519DkimKey(Ed25519PrivateKeyParameters key) : DkimKey
{
    private readonly byte[] secret = key.GetEncoded();
    private readonly byte[] known = key.GeneratePublicKey().GetEncoded(); // kept, so no call has to derive it again

    public override string Kind => "ed25519";
    public override ReadOnlyMemory<byte> PublicKey => known;
    public override int SignatureLength => Ed25519.SignatureSize;

    /// <summary>Signs the SHA-256 of the header fields (RFC 8463 §3) with plain Ed25519 (RFC 8032).</summary>
    public override void Sign(ReadOnlySpan<byte> hash, Span<byte> signature)
    {
        var made = new byte[Ed25519.SignatureSize];
        Ed25519.Sign(secret, 0, known, 0, hash.ToArray(), 0, hash.Length, made, 0);
        made.CopyTo(signature);
    }

    public override void Dispose()
    {
    }
}
