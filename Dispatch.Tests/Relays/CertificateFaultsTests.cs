using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Dispatch.Worker.Mailing;
using Dispatch.Worker.Relays;

namespace Dispatch.Tests.Relays;

/// <summary>What is reported and advised if a relay's certificate can't be trusted.</summary>
public class CertificateFaultsTests
{
    [Test]
    public void A_self_signed_certificate_is_called_so() =>
        Assert.That(Said(Made(-10, 10), SslPolicyErrors.RemoteCertificateChainErrors), Does.Contain("self-signed").And.Contain("tls=none"));

    [Test]
    public void One_that_has_expired_is_to_be_renewed() =>
        Assert.That(Said(Made(-20, -10), SslPolicyErrors.RemoteCertificateChainErrors),
            Does.Contain("it expired on ").And.Contain("renewed"));

    [Test]
    public void One_that_is_not_valid_yet_asks_for_a_look_at_the_clocks() =>
        Assert.That(Said(Made(10, 20), SslPolicyErrors.RemoteCertificateChainErrors),
            Does.Contain("not valid before").And.Contain("clocks"));

    [Test]
    public void One_of_another_name_says_which_names_it_has() =>
        Assert.That(Said(Made(-10, 10), SslPolicyErrors.RemoteCertificateNameMismatch),
            Does.Contain("made out to mail.example.org, not to the name in the Url").And.Not.Contain("does not verify"));

    [Test]
    public void None_at_all_is_told_too() => Assert.That(
        CertificateFaults.Describe(null, null, SslPolicyErrors.RemoteCertificateNotAvailable), Does.Contain("shows no certificate"));

    [TestCase(-10, 10, "localhost", "self-signed")]
    [TestCase(-20, -10, "localhost", "it expired on ")]
    [TestCase(10, 20, "localhost", "not valid before")]
    [TestCase(-10, 10, "mail.example.org", "made out to mail.example.org, not to the name in the Url")]
    public void In_a_real_handshake_it_is_told_so_and_neither_mail_nor_password_is_given(int fromDays, int toDays, string name, string says)
    {
        using var certificate = Made(fromDays, toDays, name);
        using var server = new TalkingServer((_, _) => null) { Certificate = certificate };
        Assert.That(RelayUrl.TryParse($"smtp://news:secret@localhost:{server.Port}", out var url, out _));
        using var relay = new SmtpRelay(url!, 1, "sender.test", TimeProvider.System);
        var mail = new WireMail();
        mail.Begin("bounces@sender.test", "ana@readers.test", needsSmtpUtf8: false);
        Assert.That(relay.Send(mail, null),
            Has.Property("Kind").EqualTo(ReplyKind.RelayRefusal).And.Property("Text").Contains(says), "a person has to mend it");
        Assert.That(relay.Probe("bounces@sender.test").Fault, Does.Contain(says), "doctor says the same");
        Assert.That(server.Lines.Select(line => line.Split(' ')[0]).Distinct(), Is.EqualTo(new[] { "EHLO", "STARTTLS" }));
    }

    private static string Said(X509Certificate2 certificate, SslPolicyErrors errors)
    {
        using (certificate)
        {
            using var chain = new X509Chain
            {
                ChainPolicy = { RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true }
            };
            if (errors is SslPolicyErrors.RemoteCertificateChainErrors)
                chain.Build(certificate);
            return CertificateFaults.Describe(certificate, chain, errors);
        }
    }

    private static X509Certificate2 Made(int fromDays, int toDays, string name = "mail.example.org")
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=relay", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        var now = TimeProvider.System.GetUtcNow(); // .NET checks certificates by the machine's clock
        return request.CreateSelfSigned(now.AddDays(fromDays), now.AddDays(toDays));
    }
}
