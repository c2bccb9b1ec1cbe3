using Dispatch.Tests.Support.Samples;
using Dispatch.Tests.Support;
using Dispatch.Worker.Signing;
using Microsoft.Extensions.DependencyInjection;

namespace Dispatch.Tests.Signing;

/// <summary>Checks signatures on the bytes that the relay received.</summary>
[TestFixture(Provider.Sqlite), TestFixture(Provider.Postgres, Category = Needs.Postgres)]
public class SignedMailTests(Provider provider) : DispatchTest(provider)
{
    protected override IEnumerable<(string Key, string Value)> Configure()
    {
        File.WriteAllText(Folder["rsa.pem"], SigningKeys.Rsa);
        File.WriteAllText(Folder["ed25519.pem"], SigningKeys.Ed25519);
        string[] keys = ["rsa.pem", "ed25519.pem"];
        for (var index = 0; index < keys.Length; index++)
        {
            yield return ($"Mail:Dkim:{index}:Domain", "Sender.Test");
            yield return ($"Mail:Dkim:{index}:Selector", $"s{index}");
            yield return ($"Mail:Dkim:{index}:KeyFile", keys[index]);
        }
    }

    [Test]
    public async Task An_issue_carries_both_signatures_and_they_verify()
    {
        await Given.ConfirmedSubscriber("ana@example.com", "Žofie");
        await Given.ConfirmedSubscriber("bo@example.com", language: "zh");
        await Given.IssueDueNow(subject: "Дорога в степи, und noch viel mehr über die neue Straße nach Kaschgar und zurück");
        await App.RunUntilIdle();
        foreach (var mail in Smtp.Mails)
            AssertSigned(mail, "List-Unsubscribe:List-Unsubscribe-Post:List-Archive:Archived-At:Feedback-ID");
        Assert.That(Smtp.Recipients, Is.EquivalentTo(new[] { "ana@example.com", "bo@example.com" }));
    }

    [Test]
    public async Task A_confirmation_and_a_welcome_carry_both_signatures_and_they_verify()
    {
        await Reader.SubscribesAndConfirms("ana@example.com", "Žofie Nováková");
        await App.RunUntilIdle();
        var mails = Smtp.MailFor("ana@example.com");
        Assert.That(mails, Has.Count.EqualTo(2));
        foreach (var mail in mails)
            AssertSigned(mail, "Auto-Submitted");
    }

    [Test]
    public async Task So_does_a_mail_to_an_address_that_needs_SMTPUTF8()
    {
        await Reader.Subscribes("žofie@příklad.example");
        await App.RunUntilIdle();
        AssertSigned(Smtp.Mails.Single(), "Auto-Submitted");
    }

    private void AssertSigned(ReceivedMail mail, string fields)
    {
        var signers = App.Services.GetRequiredService<DkimSigners>().All;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(SigningKeys.Verify(mail.Bytes, signers), Is.EqualTo(new[] { "rsa valid", "ed25519 valid" }));
            Assert.That(string.Concat(mail.Message.Headers["DKIM-Signature"]!.Split()), Does.Contain("d=sender.test;").And.Contain(fields));
        }
    }
}

[TestFixture(Provider.Sqlite)]
public class SignedOutboxTests(Provider provider) : DispatchTest(provider)
{
    protected override IEnumerable<(string Key, string Value)> Configure()
    {
        File.WriteAllText(Folder["dkim.pem"], SigningKeys.Ed25519);
        return [("Mail:Relays:0:Url", "pickup:outbox"), ("Mail:Dkim:0:Domain", "sender.test"), ("Mail:Dkim:0:Selector", "s1"),
            ("Mail:Dkim:0:KeyFile", "dkim.pem")];
    }

    [TestCase("ana@example.com")]
    [TestCase("žofie@příklad.example")]
    public async Task A_mail_in_the_outbox_verifies_too(string address)
    {
        await Reader.Subscribes(address);
        await App.RunUntilIdle();
        var mail = await File.ReadAllBytesAsync(Directory.GetFiles(Folder["outbox"], "*.eml").Single());
        Assert.That(SigningKeys.Verify(mail, App.Services.GetRequiredService<DkimSigners>().All), Is.EqualTo(new[] { "ed25519 valid" }));
    }
}

[TestFixture(Provider.Sqlite)]
public class SignedForAnotherTests(Provider provider) : DispatchTest(provider)
{
    protected override IEnumerable<(string Key, string Value)> Configure()
    {
        File.WriteAllText(Folder["dkim.pem"], SigningKeys.Ed25519);
        return [("Mail:Dkim:0:Domain", "example.org"), ("Mail:Dkim:0:Selector", "s1"), ("Mail:Dkim:0:KeyFile", "dkim.pem")];
    }

    [Test]
    public async Task A_mail_from_a_domain_without_a_signature_goes_out_unsigned()
    {
        await Reader.Subscribes("ana@example.com");
        await App.RunUntilIdle();
        Assert.That(Smtp.Mails.Single().Message.Headers["DKIM-Signature"], Is.Null);
    }
}
