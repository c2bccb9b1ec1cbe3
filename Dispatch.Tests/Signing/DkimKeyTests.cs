using System.Security.Cryptography;
using Dispatch.Tests.Support.Samples;
using Dispatch.Worker.Signing;

namespace Dispatch.Tests.Signing;

public class DkimKeyTests
{
    [Test]
    public void A_key_is_taken_in_the_forms_that_tools_write()
    {
        using var rsa = RSA.Create(2048);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(DkimKey.Parse(rsa.ExportPkcs8PrivateKeyPem()).Key, Has.Property("Kind")
                .EqualTo("rsa").And.Property("IsShort").False, "PKCS#8");
            Assert.That(DkimKey.Parse(rsa.ExportRSAPrivateKeyPem()).Key, Has.Property("Kind").EqualTo("rsa"), "PKCS#1");
            Assert.That(DkimKey.Parse("Bag Attributes\n\n" + SigningKeys.Ed25519 + "\n").Key, Has.Property("Kind")
                .EqualTo("ed25519"), "PKCS#8, with words around it");
            Assert.That(DkimKey.Parse(rsa.ExportRSAPrivateKeyPem()).Key!.PublicKey.ToArray(), Is.EqualTo(rsa.ExportSubjectPublicKeyInfo()));
        }
    }

    [TestCase("", "no PEM")]
    [TestCase("nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A=", "no PEM", TestName = "An Ed25519 key in bare base64")]
    [TestCase("-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIA==\n-----END PRIVATE KEY-----", "damaged", TestName = "A key cut short")]
    [TestCase("-----BEGIN OPENSSH PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIA==\n-----END OPENSSH PRIVATE KEY-----", "OPENSSH")]
    public void Something_else_is_refused(string text, string because) => Assert.That(DkimKey.Parse(text).Fault, Does.Contain(because));

    [Test]
    public void A_key_that_receivers_would_not_take_is_refused()
    {
        using var small = RSA.Create(512);
        using var elliptic = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var rsa = RSA.Create(1024);
        var locked = rsa.ExportEncryptedPkcs8PrivateKeyPem("secret",
            new PbeParameters(PbeEncryptionAlgorithm.Aes128Cbc, HashAlgorithmName.SHA256, 1000));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(DkimKey.Parse(small.ExportPkcs8PrivateKeyPem()).Fault, Does.Contain("512 bits: expected 2048"));
            Assert.That(DkimKey.Parse(elliptic.ExportPkcs8PrivateKeyPem()).Fault, Does.Contain("neither RSA nor Ed25519"));
            Assert.That(DkimKey.Parse(elliptic.ExportECPrivateKeyPem()).Fault, Does.Contain("neither RSA nor Ed25519"));
            Assert.That(DkimKey.Parse(rsa.ExportSubjectPublicKeyInfoPem()).Fault, Does.Contain("public part only"));
            Assert.That(DkimKey.Parse(locked).Fault, Does.Contain("passphrase"));
            Assert.That(DkimKey.Parse(rsa.ExportPkcs8PrivateKeyPem()).Key, Has.Property("IsShort").True, "taken, but doctor warns");
            Assert.That(DkimKey.Read("/nowhere/dkim.pem").Fault, Does.Contain("can't be read"));
        }
    }
}
