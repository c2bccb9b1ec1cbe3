using System.Buffers;
using Dispatch.Worker.Settings;

namespace Dispatch.Worker.Signing;

/// <summary>
/// All configured DKIM signers. A message is signed for the domain in its From address, and for that domain's parents and subdomains. A
/// signature for an unrelated domain would not align under DMARC (RFC 9989). Siblings are left out: whether they align depends on DNS.
/// </summary>
public sealed class DkimSigners : IDisposable
{
    private readonly DkimSigner[] signers;

    public DkimSigners(IEnumerable<DkimSettings> settings, DataFolder data) =>
        signers = [.. settings.Select((one, index) => Make(one, index, data))];

    public DkimSigners(params IEnumerable<DkimSigner> signers) => this.signers = [.. signers];

    public IReadOnlyList<DkimSigner> All => signers;

    /// <summary>
    /// Returns the signers for messages from an address at this domain. Call this once per issue, and don't dispose of the result: this
    /// object owns the keys.
    /// </summary>
    public DkimSigners For(string fromDomain)
    {
        var domain = DkimSettings.DomainName(fromDomain);
        return new(signers.Where(signer => domain is not null && (IsWithin(domain, signer.Domain) || IsWithin(signer.Domain, domain))));
    }

    /// <summary>Appends one field per signer. See <see cref="DkimSigner.Sign"/>.</summary>
    public void Sign(ReadOnlySpan<byte> header, ReadOnlySpan<byte> bodyHash, DateTimeOffset signedAt, IBufferWriter<byte> to)
    {
        foreach (var signer in signers)
            signer.Sign(header, bodyHash, signedAt, to);
    }

    public void Dispose()
    {
        foreach (var signer in signers)
            signer.Dispose();
    }

    private static DkimSigner Make(DkimSettings settings, int index, DataFolder data)
    {
        var (key, fault) = DkimKey.Read(data.PathTo(settings.KeyFile));
        return key is null || DkimSettings.DomainName(settings.Domain) is not { } domain
            ? throw new StartException($"Mail:Dkim:{index}:KeyFile {fault}")
            : new DkimSigner(domain, settings.Selector, key);
    }

    private static bool IsWithin(string domain, string other) => domain == other || domain.EndsWith("." + other, StringComparison.Ordinal);
}
