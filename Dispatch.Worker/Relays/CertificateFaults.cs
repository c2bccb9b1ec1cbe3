using System.Globalization;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Dispatch.Worker.Relays;

/// <summary>Explains why a relay's certificate can't be trusted, and what to do about it.</summary>
internal static class CertificateFaults
{
    public static string Describe(X509Certificate2? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (certificate is null || errors.HasFlag(SslPolicyErrors.RemoteCertificateNotAvailable))
            return "the relay shows no certificate; give it one, or add ?tls=none to its Url if email may be sent to it unencrypted";
        var faults = chain is null ? []
            : chain.ChainStatus.Select(status => Of(status, certificate, chain.ChainPolicy.VerificationTime)).Distinct().ToList();
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
            faults.Add($"it is made out to {Names(certificate)}, not to the name in the Url: "
                + "write that name into the Url, or have another certificate made");
        return "the relay's certificate can't be trusted: " + string.Join("; ", faults.DefaultIfEmpty("it does not verify"));
    }

    private static string Of(X509ChainStatus status, X509Certificate2 certificate, DateTime judgedAt)
    {
        if (status.Status.HasFlag(X509ChainStatusFlags.NotTimeValid))
            return certificate.NotBefore > judgedAt
                ? $"it is not valid before {Day(certificate.NotBefore)}: look at both machines' clocks"
                : $"it expired on {Day(certificate.NotAfter)}: have the relay's certificate renewed";
        if ((status.Status & (X509ChainStatusFlags.UntrustedRoot | X509ChainStatusFlags.PartialChain)) != 0)
            return certificate.SubjectName.RawData.AsSpan().SequenceEqual(certificate.IssuerName.RawData)
                ? "it is self-signed: add it to the certificates that this machine trusts, "
                    + "or, on a network of your own, write ?tls=none into the Url"
                : "its issuer is unknown to this machine: add the issuer's certificate to those that it trusts, "
                    + "or have the relay send its whole chain";
        return status.StatusInformation.Trim().TrimEnd('.');
    }

    private static string Names(X509Certificate2 certificate)
    {
        var names = certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>()
            .SelectMany(extension => extension.EnumerateDnsNames()).Take(5).ToList();
        if (names.Count > 0)
            return string.Join(", ", names);
        return certificate.GetNameInfo(X509NameType.DnsName, forIssuer: false) is { Length: > 0 } name ? name : "nobody";
    }

    private static string Day(DateTime instant) => instant.ToUniversalTime().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}

/// <summary>The exception for a relay's certificate that can't be trusted. Its message says why, for people.</summary>
internal sealed class UntrustedCertificateException(string message, Exception inner) : Exception(message, inner);
