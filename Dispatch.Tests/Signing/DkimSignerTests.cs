using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using Dispatch.Tests.Support.Samples;
using Dispatch.Tests.Support;
using Dispatch.Worker.Signing;

namespace Dispatch.Tests.Signing;

public class DkimSignerTests
{
    private const string Header =
        "From: China In Eurasia <news@sender.test>\r\nTo: Ana <ana@example.com>\r\nSubject: From the steppe\r\nDate: Tue, 24 Nov 2026 "
            + "09:00:00 +0000\r\n" +
        "Message-ID: <1@sender.test>\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n";

    private const string Body = "A road is being built.\r\n";

    // The example of RFC 8463, appendix A.3.
    private const string RfcMail =
        "From: Joe SixPack <joe@football.example.com>\r\nTo: Suzie Q <suzie@shopping.example.net>\r\nSubject: Is dinner ready?\r\n" +
        "Date: Fri, 11 Jul 2003 21:00:37 -0700 (PDT)\r\nMessage-ID: <20030712040037.46341.5F8J@football.example.com>\r\n";

    private const string RfcSignature =
        "DKIM-Signature: v=1; a=ed25519-sha256; c=relaxed/relaxed;\r\n d=football.example.com; i=@football.example.com;\r\n q=dns/txt; "
            + "s=brisbane; t=1528637909; h=from : to :\r\n" +
        " subject : date : message-id : from : subject : date;\r\n bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;\r\n b=";

    private const string RfcRsaSignature =
        "DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed;\r\n d=football.example.com; i=@football.example.com;\r\n q=dns/txt; "
            + "s=test; t=1528637909; h=from : to : subject :\r\n" +
        " date : message-id : from : subject : date;\r\n bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;\r\n b=";

    [Test]
    public void The_key_of_RFC_8463_signs_its_mail_as_printed_there()
    {
        using var key = DkimKey.Parse(SigningKeys.Ed25519).Key!;
        var signature = new byte[key.SignatureLength];
        key.Sign(SHA256.HashData(Signed(RfcSignature)), signature);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Convert.ToBase64String(key.PublicKey.Span), Is.EqualTo("11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="));
            Assert.That(Convert.ToBase64String(signature),
                Is.EqualTo("/gCrinpcQOoIfuHNQIbq4pgh9kyIK3AQUdt9OdqQehSwhEIug4D11BusFa3bT3FY5OsU7ZbnKELq+eXdp1Q1Dw=="));
        }
    }

    [Test]
    public void The_RSA_signature_of_RFC_8463_verifies_over_what_is_signed_here()
    {
        using var rsa = RSA.Create();
        rsa.ImportSubjectPublicKeyInfo(Convert.FromBase64String(
            "MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDkHlOQoBTzWRiGs5V6NpP3idY6Wk08a5qhdR6wy5bdOKb2jLQiY/J16JYi0Qvx/byYzCNb3W91y3FutAC" +
            "DfzwQ/BC/e/8uBsCR+yz1Lxj+PL6lHvqMKrM3rG4hstT5QjvHO9PzoxZyVYLzBfO2EeC3Ip3G+2kryOTIKT+l/K4w3QIDAQAB"), out _);
        var signature = Convert.FromBase64String(
            "F45dVWDfMbQDGHJFlXUNB2HKfbCeLRyhDXgFpEL8GwpsRe0IeIixNTe3DhCVlUrSjV4BwcVcOF6+FF3Zo9Rpo1tFOeS9mPYQTnGdaSGsgeefOs"
            + "k2JzdA+L10TeYt9BgDfQNZtKdN1WO//KgIqXP7OdEFE4LjFYNcUxZQ4FADY+8=");
        Assert.That(rsa.VerifyData(Signed(RfcRsaSignature), signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1), Is.True);
    }

    [TestCase("Subject: Plain\r\n", "subject:Plain\r\n")]
    [TestCase("SUBJECT  \t: Blanks  before the\tcolon \t and\t\t within \r\n", "subject:Blanks before the colon and within\r\n",
        TestName = "Blanks are squeezed, and none is left at either end")]
    [TestCase("Subject: Folded\r\n here\r\n\t\tand  \r\n there\r\n", "subject:Folded here and there\r\n", TestName = "Lines are unfolded")]
    [TestCase("Subject:\r\n Begins on its second line\r\n", "subject:Begins on its second line\r\n")]
    [TestCase("Subject: Ends in a blank line\r\n \r\n", "subject:Ends in a blank line\r\n")]
    [TestCase("Subject:\r\n", "subject:\r\n", TestName = "A field without a value")]
    [TestCase("Subject:None\r\n", "subject:None\r\n", TestName = "A field without a blank after its colon")]
    [TestCase("Subject: One: two\r\n", "subject:One: two\r\n", TestName = "A second colon belongs to the value")]
    [TestCase("To: Žofie  <žofie@example.com>\r\n", "to:Žofie <žofie@example.com>\r\n",
        TestName = "Letters beyond ASCII stay as they are, as RFC 6532 has them")]
    public void A_field_in_relaxed_form(string field, string relaxed) =>
        Assert.That(Encoding.UTF8.GetString(Relaxed(Encoding.UTF8.GetBytes(field))), Is.EqualTo(relaxed));

    [TestCase("", "", TestName = "An empty body stays empty")]
    [TestCase("\r\n\r\n\r\n", "")]
    [TestCase("Text", "Text\r\n", TestName = "A line end that is missing is counted")]
    [TestCase("Text\r\n", "Text\r\n")]
    [TestCase("Text\r\n\r\n\r\n", "Text\r\n", TestName = "Empty lines at the end are not counted")]
    [TestCase("\r\nText\r\n \t\r\n", "\r\nText\r\n", TestName = "Nor are lines of blanks at the end")]
    [TestCase(" \tTwo  blanks\t \there \r\n\t\r\nEnd \t", " Two blanks here\r\n\r\nEnd\r\n",
        TestName = "Blanks are squeezed, and none is left at the end of a line")]
    [TestCase("One\nline\r feed\r\n", "One\nline\r feed\r\n", TestName = "Half a line end ends no line")]
    public void A_body_in_relaxed_form(string body, string relaxed)
    {
        var hash = new byte[BodyHash.Length];
        BodyHash.Of(Encoding.ASCII.GetBytes(body), hash);
        Assert.That(hash, Is.EqualTo(SHA256.HashData(Encoding.ASCII.GetBytes(relaxed))));
    }

    [Test]
    public void The_body_of_RFC_8463_has_the_hash_printed_there()
    {
        var hash = new byte[BodyHash.Length];
        BodyHash.Of("Hi.\r\n\r\nWe lost the game.  Are you hungry yet?\r\n\r\nJoe.\r\n"u8, hash);
        Assert.That(Convert.ToBase64String(hash), Is.EqualTo("2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8="));
    }

    [Test]
    public void Both_kinds_of_signature_verify()
    {
        using var signers = new DkimSigners(SigningKeys.Signer(SigningKeys.Rsa), SigningKeys.Signer(SigningKeys.Ed25519, selector: "s2"));
        Assert.That(SigningKeys.Verify(Mail(signers), signers.All), Is.EqualTo(new[] { "rsa valid", "ed25519 valid" }));
    }

    [TestCase("From the steppe", "From the sea", TestName = "Another subject")]
    [TestCase("A road", "No road", TestName = "Another word in the body")]
    [TestCase("\r\nSubject:", "\r\nSubject: Win money\r\nSubject:", TestName = "A second subject")]
    [TestCase("\r\nFrom:", "\r\nFrom: Bank <bank@example.com>\r\nFrom:", TestName = "A second sender")]
    [TestCase("\r\nTo:", "\r\nTo: bo@example.com\r\nTo:", TestName = "A second recipient")]
    public void What_was_changed_on_the_way_no_longer_verifies(string from, string into)
    {
        using var signers = new DkimSigners(SigningKeys.Signer(SigningKeys.Ed25519));
        var changed = Encoding.UTF8.GetString(Mail(signers)).Replace(from, into, StringComparison.Ordinal);
        Assert.That(SigningKeys.Verify(Encoding.UTF8.GetBytes(changed), signers.All), Is.EqualTo(new[] { "ed25519 broken" }));
    }

    [Test]
    public void What_a_relay_may_do_on_the_way_leaves_it_valid()
    {
        using var signers = new DkimSigners(SigningKeys.Signer(SigningKeys.Ed25519));
        var relayed = "Received: by relay.test; Tue, 24 Nov 2026 09:00:01 +0000\r\n" + Encoding.UTF8.GetString(Mail(signers))
            .Replace("Subject: From the", "subject:  From\r\n\tthe", StringComparison.Ordinal)
            .Replace("being built.", "being  built. ", StringComparison.Ordinal) + "\r\n\r\n";
        Assert.That(SigningKeys.Verify(Encoding.UTF8.GetBytes(relayed), signers.All), Is.EqualTo(new[] { "ed25519 valid" }));
    }

    [TestCase("To: Žofie <žofie@example.com>\r\n", TestName = "Letters beyond ASCII in an address (SMTPUTF8)")]
    [TestCase("List-Id: One <one.sender.test>\r\nList-Id: Two <two.sender.test>\r\n", TestName = "A field that is there twice")]
    [TestCase(
        "List-Unsubscribe: <https://sender.test/u/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa>,\r\n <mailto:unsubscribe@sender.test>\r\n",
        TestName = "A folded field")]
    [TestCase("X-Unknown: not signed\r\n", TestName = "A field that is not signed")]
    public void Signed_with_further_fields_it_verifies(string fields)
    {
        using var signers = new DkimSigners(SigningKeys.Signer(SigningKeys.Ed25519));
        Assert.That(SigningKeys.Verify(Mail(signers, fields + Header), signers.All), Is.EqualTo(new[] { "ed25519 valid" }));
    }

    [Test]
    public void The_field_is_folded_and_names_what_it_signs()
    {
        using var signers = new DkimSigners(SigningKeys.Signer(SigningKeys.Rsa,
            "a-rather-long-name-for-a-news-room.newsletters.example.org", "a-selector-with-a-name-of-its-own"));
        var field = Encoding.ASCII.GetString(Field(signers, Header));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(field, Does.StartWith("DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed;").And.EndsWith("\r\n"));
            Assert.That(field.Split("\r\n"), Has.All.Length.LessThan(78));
            Assert.That(field.Split("\r\n")[1..^1], Has.All.StartsWith(" "));
            Assert.That(string.Concat(field.Split()), Does.Contain($"t={DispatchTest.Start.ToUnixTimeSeconds()};").And.Contain(
                ";h=From:From:To:To:Subject:Subject:Date:Message-ID:MIME-Version:Content-Type;b="));
        }
    }

    [Test]
    public void A_mail_without_From_is_not_signed() =>
        Assert.That(() => Field(new DkimSigners(SigningKeys.Signer(SigningKeys.Ed25519)), "To: ana@example.com\r\n"),
            Throws.ArgumentException.With.Message.Contains("From"));

    [TestCase("sender.test", 1)]
    [TestCase("SENDER.test", 1)]
    [TestCase("news.sender.test", 1, TestName = "A mail from below the signature's domain")]
    [TestCase("test", 0, TestName = "A mail from no domain")]
    [TestCase("othersender.test", 0)]
    [TestCase("example.com", 0)]
    public void A_mail_gets_the_signatures_that_count_for_its_sender(string from, int signatures) =>
        Assert.That(new DkimSigners(SigningKeys.Signer(SigningKeys.Ed25519)).For(from).All, Has.Count.EqualTo(signatures));

    [Test]
    public void A_signature_of_a_domain_below_the_senders_counts() =>
        Assert.That(new DkimSigners(SigningKeys.Signer(SigningKeys.Ed25519, "mail.sender.test")).For("sender.test").All,
            Has.Count.EqualTo(1));

    [Test]
    public void Many_threads_may_sign_at_once()
    {
        using var signers = new DkimSigners(SigningKeys.Signer(SigningKeys.Rsa), SigningKeys.Signer(SigningKeys.Ed25519, selector: "s2"));
        var fields = new byte[64][];
        Parallel.For(0, fields.Length, new ParallelOptions { MaxDegreeOfParallelism = 8 }, index => fields[index] = Field(signers, Header));
        Assert.That(fields, Is.All.EqualTo(fields[0])); // both algorithms are deterministic
    }

    private static byte[] Signed(string signature) => [.. RfcFields(), .. Relaxed(Encoding.ASCII.GetBytes(signature))[..^2]];

    private static List<byte> RfcFields()
    {
        var header = Encoding.ASCII.GetBytes(RfcMail);
        var signed = new List<byte>();
        for (var start = 0; start < header.Length; start = HeaderField.At(header, start).End)
            signed.AddRange(Relaxed(header[start..HeaderField.At(header, start).End]));
        return signed;
    }

    private static byte[] Relaxed(byte[] field)
    {
        var to = new ArrayBufferWriter<byte>();
        HeaderField.At(field, 0).WriteRelaxed(field, to);
        return to.WrittenSpan.ToArray();
    }

    private static byte[] Field(DkimSigners signers, string header)
    {
        var hash = new byte[BodyHash.Length];
        BodyHash.Of(Encoding.UTF8.GetBytes(Body), hash);
        var field = new ArrayBufferWriter<byte>();
        signers.Sign(Encoding.UTF8.GetBytes(header), hash, DispatchTest.Start, field);
        return field.WrittenSpan.ToArray();
    }

    private static byte[] Mail(DkimSigners signers, string header = Header) =>
        [.. Field(signers, header), .. Encoding.UTF8.GetBytes(header + "\r\n" + Body)];
}
