using System.Buffers;
using Dispatch.Worker.Hosting;
using MimeKit;

namespace Dispatch.Worker.Signing;

/// <summary>
/// The configured signatures; none when mail is not signed. A mail gets those whose domain is its From's, or above or below that:
/// the ones that DMARC counts (RFC 7489 §3.1.1, relaxed). One for another domain would vouch for nobody a reader sees, so it is left out.
/// </summary>
public sealed class DkimSigners : IDisposable
{
    private static ReadOnlySpan<byte> HeaderEnd => "\r\n\r\n"u8;

    private readonly DkimSigner[] signers;

    public DkimSigners(IEnumerable<DkimSettings> settings, DataFolder data) => signers = [.. settings.Select((one, index) => Make(one, index, data))];

    public DkimSigners(params IEnumerable<DkimSigner> signers) => this.signers = [.. signers];

    public IReadOnlyList<DkimSigner> All => signers;

    /// <summary>Those for mails from an address at this domain. Ask once an issue, not once a mail; their keys stay this one's, so don't dispose of them.</summary>
    public DkimSigners For(string fromDomain)
    {
        var domain = DkimSettings.DomainName(fromDomain);
        return new(signers.Where(signer => domain is not null && (IsWithin(domain, signer.Domain) || IsWithin(signer.Domain, domain))));
    }

    /// <summary>Appends each one's field: see <see cref="DkimSigner.Sign"/>.</summary>
    public void Sign(ReadOnlySpan<byte> header, ReadOnlySpan<byte> bodyHash, DateTimeOffset signedAt, IBufferWriter<byte> to)
    {
        foreach (var signer in signers)
            signer.Sign(header, bodyHash, signedAt, to);
    }

    /// <summary>
    /// Signs a mail that MimeKit is to write, with those for its From, and fixes the bytes of its header: whoever writes it out later
    /// writes what was signed, whether or not they would have encoded it otherwise.
    /// </summary>
    public void Sign(MimeMessage message, DateTimeOffset signedAt)
    {
        var mine = For(message.From.Mailboxes.First().Domain);
        if (mine.signers.Length == 0)
            return;
        message.Prepare(EncodingConstraint.SevenBit);
        message.MimeVersion ??= new Version(1, 0); // else MimeKit adds it only while writing, after it was signed as missing
        foreach (var header in message.Headers.Concat(message.Body?.Headers ?? []))
            header.SetRawValue(header.RawValue);

        var format = FormatOptions.Default.Clone();
        format.NewLineFormat = NewLineFormat.Dos;
        using var wire = new MemoryStream();
        message.WriteTo(format, wire);
        var bytes = wire.GetBuffer().AsSpan(0, (int)wire.Length);
        var end = bytes.IndexOf(HeaderEnd);
        Span<byte> hash = stackalloc byte[BodyHash.Length];
        BodyHash.Of(bytes[(end + HeaderEnd.Length)..], hash);
        for (var index = 0; index < mine.signers.Length; index++)
        {
            var field = new ArrayBufferWriter<byte>(1024);
            mine.signers[index].Sign(bytes[..(end + 2)], hash, signedAt, field);
            var header = new Header("DKIM-Signature", "");
            header.SetRawValue(field.WrittenSpan[(header.Field.Length + 1)..].ToArray());
            message.Headers.Insert(index, header);
        }
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
