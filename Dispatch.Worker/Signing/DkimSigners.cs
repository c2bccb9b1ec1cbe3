using System.Buffers;
using Dispatch.Worker.Settings;

namespace Dispatch.Worker.Signing;

/// <summary>
/// The configured signatures; none when mail is not signed. A mail gets those whose domain is its From's, or a parent or child of it: the
/// ones that DMARC counts (RFC 7489 §3.1.1, relaxed). One for another domain would vouch for nobody a reader sees, so it is left out.
/// </summary>
public sealed class DkimSigners : IDisposable
{
    private readonly DkimSigner[] signers;

    public DkimSigners(IEnumerable<DkimSettings> settings, DataFolder data) =>
        signers = [.. settings.Select((one, index) => Make(one, index, data))];

    public DkimSigners(params IEnumerable<DkimSigner> signers) => this.signers = [.. signers];

    public IReadOnlyList<DkimSigner> All => signers;

    /// <summary>
    /// Those for mails from an address at this domain. Ask once per issue, not once per mail; this object still owns their keys, so don't
    /// dispose of them.
    /// </summary>
    public DkimSigners For(string fromDomain)
    {
        var domain = DkimSettings.DomainName(fromDomain);
        return new(signers.Where(signer => domain is not null && (IsWithin(domain, signer.Domain) || IsWithin(signer.Domain, domain))));
    }

    /// <summary>Appends each signer's field: see <see cref="DkimSigner.Sign"/>.</summary>
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
