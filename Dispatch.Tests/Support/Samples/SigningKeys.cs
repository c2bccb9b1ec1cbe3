using System.Security.Cryptography;
using Dispatch.Worker.Signing;
using MimeKit;
using MimeKit.Cryptography;
using Org.BouncyCastle.Crypto;
using DkimSigner = Dispatch.Worker.Signing.DkimSigner;

namespace Dispatch.Tests.Support.Samples;

/// <summary>Signing keys, and a verifier that knows them.</summary>
internal static class SigningKeys
{
    private static readonly Lazy<string> Fresh = new(() =>
    {
        using var rsa = System.Security.Cryptography.RSA.Create(2048);
        return rsa.ExportPkcs8PrivateKeyPem();
    });

    public static string Rsa => Fresh.Value;

    /// <summary>The private key of RFC 8463, appendix A.2.</summary>
    public static string Ed25519 { get; } = PemEncoding.WriteString("PRIVATE KEY",
        [.. Convert.FromHexString("302e020100300506032b657004220420"),
            .. Convert.FromBase64String("nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A=")]);

    public static DkimSigner Signer(string pem, string domain = "sender.test", string selector = "s1") =>
        new(domain, selector, DkimKey.Parse(pem).Key!);

    /// <summary>Returns the algorithm and result of each signature, from the top of the message.</summary>
    public static IReadOnlyList<string> Verify(byte[] mail, params IEnumerable<DkimSigner> signers)
    {
        var message = MimeMessage.Load(new MemoryStream(mail));
        var verifier = new DkimVerifier(new KnownKeys(signers));
        return [.. message.Headers.Where(header => header.Id is HeaderId.DkimSignature)
            .Select(header =>
                $"{(header.Value.Contains("ed25519", StringComparison.Ordinal) ? "ed25519" : "rsa")} "
                    + $"{(verifier.Verify(message, header) ? "valid" : "broken")}")];
    }

    private sealed class KnownKeys(IEnumerable<DkimSigner> signers) : DkimPublicKeyLocatorBase
    {
        public override AsymmetricKeyParameter LocatePublicKey(
            string methods, string domain, string selector, CancellationToken cancellationToken = default) =>
            GetPublicKey(signers.First(signer => signer.DnsName == $"{selector}._domainkey.{domain}").DnsRecord);

        public override Task<AsymmetricKeyParameter> LocatePublicKeyAsync(
            string methods, string domain, string selector, CancellationToken cancellationToken = default) =>
            Task.FromResult(LocatePublicKey(methods, domain, selector, cancellationToken));
    }
}
