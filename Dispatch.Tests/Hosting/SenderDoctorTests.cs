using Dispatch.Tests.Support.Samples;
using Dispatch.Tests.Support;
using Dispatch.Tests.Support.Servers;
using Dispatch.Worker.Dns;
using Dispatch.Worker.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace Dispatch.Tests.Hosting;

[TestFixture(Provider.Sqlite)]
public sealed class SenderDoctorTests(Provider provider) : DispatchTest(provider), IDisposable
{
    private readonly ScriptedDnsServer dns = new();
    private string key = SigningKeys.Rsa;
    private string domain = "sender.test";

    private string Record => SigningKeys.Signer(key).DnsRecord;

    protected override IEnumerable<(string Key, string Value)> Configure()
    {
        File.WriteAllText(Folder["dkim.pem"], key);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(Folder["dkim.pem"], UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return [("Dns:Servers:0", dns.Address), ("Mail:Dkim:0:Domain", domain), ("Mail:Dkim:0:Selector", "s1"),
            ("Mail:Dkim:0:KeyFile", "dkim.pem")];
    }

    public void Dispose() => dns.Dispose();

    [Test]
    public async Task A_sender_whose_records_are_in_order_is_well()
    {
        dns.Text("s1._domainkey.sender.test", Record);
        dns.Text("sender.test", "some-verification=1");
        dns.Text("sender.test", "v=spf1 ip4:192.0.2.10 -all");
        dns.Text("_dmarc.sender.test", "v=DMARC1; p=reject; adkim=s");
        var found = await FoundAsync();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(found.Select(finding => finding.About), Is.EqualTo(new[] { "dkim", "spf", "dmarc" }));
            Assert.That(found, Has.All.Property("Grade").EqualTo(FindingGrade.Ok));
        }
    }

    [Test]
    public async Task Records_that_are_missing_are_told_as_they_should_be()
    {
        var found = await FoundAsync();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(found, Has.Count.EqualTo(3).And.All.Property("Grade").EqualTo(FindingGrade.Warning));
            Assert.That(found[0].Says, Does.Contain("s1._domainkey.sender.test").And.Contain(Record));
            Assert.That(found[1].Says, Does.Contain("v=spf1"));
            Assert.That(found[2].Says, Does.Contain("_dmarc.sender.test").And.Contain("v=DMARC1"));
        }
    }

    [TestCase("v=DKIM1; k=rsa; p=", "doesn't match the key", TestName = "A key that was revoked")]
    [TestCase("v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=", "doesn't match the key", TestName = "Another key")]
    public async Task A_published_key_that_does_not_belong_to_ours_fails(string record, string says)
    {
        dns.Text("s1._domainkey.sender.test", record);
        Assert.That(await FoundAsync(), Has.Some.Property("Grade").EqualTo(FindingGrade.Failed).And.Property("Says").Contains(says));
    }

    [Test]
    public async Task An_Ed25519_key_written_with_blanks_and_without_a_version_is_the_same_key()
    {
        key = SigningKeys.Ed25519;
        dns.Text("s1._domainkey.sender.test", "k=ed25519; t=s; p=11qYAYKxCrfVS/7TyWQHOg7h cvPapiMlrwIaaPcHURo= ;");
        Assert.That((await FoundAsync())[0].Grade, Is.EqualTo(FindingGrade.Ok));
    }

    [Test]
    public async Task Two_SPF_records_fail()
    {
        dns.Text("sender.test", "v=spf1 -all");
        dns.Text("sender.test", "v=spf1 mx -all");
        Assert.That(await FoundAsync(), Has.Some.Property("About").EqualTo("spf").And.Property("Grade").EqualTo(FindingGrade.Failed));
    }

    [Test]
    public async Task A_signature_that_strict_DMARC_does_not_count_is_told()
    {
        domain = "mail.sender.test";
        dns.Text("_dmarc.sender.test", "v=DMARC1; p=reject; adkim=s");
        Assert.That(await FoundAsync(), Has.Some.Property("About").EqualTo("dmarc").And.Property("Says").Contains("does not count"));
    }

    [TestCase("v=DMARC1; p=reject; pct=50", "pct=50 means nothing since RFC 9989")]
    [TestCase("v=DMARC1; p=none; ri=3600; rf=afrf", "ri=3600 means nothing")]
    [TestCase("v=DMARC1; p=quarantine; t=y", "t=y asks receivers not to apply the policy yet")]
    [TestCase("v=DMARC1; p=block", "p=block is none of none, quarantine, reject")]
    [TestCase("v=DMARC1; rua=mailto:a@sender.test", "no p=")]
    [TestCase("v=DMARC1; p=none; psd=y", "psd=y says that others register domains below it")]
    public async Task A_DMARC_record_that_receivers_read_otherwise_is_told(string record, string says)
    {
        dns.Text("_dmarc.sender.test", record);
        Assert.That(await FoundAsync(), Has.Some.Property("About").EqualTo("dmarc").And.Property("Grade").EqualTo(FindingGrade.Warning)
            .And.Property("Says").Contains(says));
    }

    [TestCase("v=DMARC1; p=reject; sp=reject; np=reject; psd=n; t=n; adkim=r; aspf=r")]
    [TestCase("v=DMARC1;p=none")]
    public async Task A_DMARC_record_by_RFC_9989_is_well(string record)
    {
        dns.Text("_dmarc.sender.test", record);
        Assert.That(await FoundAsync(), Has.Some.Property("About").EqualTo("dmarc").And.Property("Grade").EqualTo(FindingGrade.Ok));
    }

    [Test]
    public async Task A_public_suffix_above_the_sender_speaks_for_it_where_it_has_no_record_of_its_own()
    {
        dns.Text("_dmarc.test", "v=DMARC1; p=reject; psd=y");
        Assert.That(await FoundAsync(), Has.Some.Property("About").EqualTo("dmarc").And.Property("Says").Contains("psd=y"));
    }

    [Test]
    public async Task Two_DMARC_records_fail_since_receivers_ignore_both()
    {
        dns.Text("_dmarc.sender.test", "v=DMARC1; p=none");
        dns.Text("_dmarc.sender.test", "v=DMARC1; p=reject");
        Assert.That(await FoundAsync(), Has.Some.Property("About").EqualTo("dmarc").And.Property("Grade").EqualTo(FindingGrade.Failed));
    }

    [TestCase("news.sender.test", "news.sender.test, sender.test, test")]
    [TestCase("a.b.c.d.e.f.g.h.sender.test",
        "a.b.c.d.e.f.g.h.sender.test, d.e.f.g.h.sender.test, e.f.g.h.sender.test, f.g.h.sender.test, g.h.sender.test, h.sender.test, "
            + "sender.test, test", TestName = "A long name costs eight queries")]
    public void A_policy_is_looked_for_upwards(string domain, string expected) =>
        Assert.That(string.Join(", ", DmarcRecord.TreeWalk(domain)), Is.EqualTo(expected));

    [Test]
    public async Task A_newsletter_whose_From_no_signature_counts_for_is_told()
    {
        domain = "example.org";
        Assert.That(await FoundAsync(), Has.Some.Property("About").EqualTo("dkim").And.Property("Says")
            .Contains("china-in-eurasia is sent from sender.test without a signature"));
    }

    [Test]
    public async Task A_key_file_that_others_can_read_is_told()
    {
        if (OperatingSystem.IsWindows())
            Assert.Ignore("needs a system with file modes");
        else
        {
            _ = App;
            File.SetUnixFileMode(Folder["dkim.pem"], UnixFileMode.UserRead | UnixFileMode.OtherRead);
            Assert.That((await FoundAsync())[0].Says, Does.Contain("can be read by other accounts"));
        }
    }

    [Test]
    public async Task Without_DNS_nothing_is_claimed_and_doctor_soon_ends()
    {
        dns.IsSilent = true;
        var found = await FoundAsync();
        Assert.That(found, Has.Count.EqualTo(3).And.All.Property("Grade").EqualTo(FindingGrade.Warning).And.All.Property("Says")
            .Contains("could not be looked up"));
    }

    private async Task<List<Finding>> FoundAsync()
    {
        var found = await App.Services.GetRequiredService<Doctor>().ExamineAsync(askOthers: true, CancellationToken.None).ToListAsync();
        return [.. found.Where(finding => finding.About is "dkim" or "spf" or "dmarc" or "ptr")];
    }
}
