using System.Net;
using Dispatch.Tests.Support;
using Dispatch.Tests.Support.Servers;

namespace Dispatch.Tests.Subscribers.SignUp;

[TestFixture(Provider.Sqlite)]
public sealed class MailDomainsTests(Provider provider) : DispatchTest(provider), IDisposable
{
    private readonly ScriptedDnsServer dns = new();
    private string lookUp = "true";

    public void Dispose() => dns.Dispose();

    protected override IEnumerable<(string Key, string Value)> Configure()
    {
        File.WriteAllText(Folder["throwaway.txt"], "# what people made up\nthrowaway.shop\n @Mailsink.net # the second\n\n");
        return
        [
            ("Dns:Servers:0", dns.Address), ("Subscriptions:LookUpMx", lookUp),
            ("Subscriptions:DisposableDomainsFile", Folder["throwaway.txt"]), ("Subscriptions:DisposableDomains:0", "tenminutes.shop"),
        ];
    }

    [SetUp]
    public void Publish()
    {
        dns.MailExchanger("takes.shop", 10, "mail.takes.shop");
        dns.MailExchanger("nothing.shop", 0, "");
        dns.Text("text.shop", "a name without MX: mail goes to the host itself");
    }

    [TestCase("ana@takes.shop", true)]
    [TestCase("ana@text.shop", true, Description = "RFC 5321 §5.1: no MX is no refusal")]
    [TestCase("ana@nothing.shop", false, Description = "RFC 7505: a null MX")]
    [TestCase("ana@gmial.shop", false, Description = "NXDOMAIN")]
    [TestCase("ana@example.com", true, Description = "RFC 2606: for examples, and never asked")]
    [TestCase("ana@readers.test", true)]
    public async Task A_domain_that_takes_no_mail_is_told_on_the_form(string address, bool taken)
    {
        var answer = await Reader.Subscribes(address);
        var page = await answer.Content.ReadAsStringAsync();
        Assert.That(answer.StatusCode, Is.EqualTo(taken ? HttpStatusCode.OK : HttpStatusCode.UnprocessableEntity));
        if (!taken)
            Assert.That(page, Does.Match("id=\"email-fault\" role=\"alert\">Email can’t reach").And.Contain($"value=\"{address}\""));
        await App.RunUntilIdle();
        Assert.That(Smtp.Mails, Has.Count.EqualTo(taken ? 1 : 0));
    }

    [Test]
    public async Task A_program_gets_202_for_every_well_formed_address_but_such_a_domain_is_not_mailed()
    {
        (await ApiCaller.WithNoToken(App).Post("/subscriptions", new { email = "ana@nothing.shop" })).Is(202);
        await App.RunUntilIdle();
        Assert.That(Smtp.Mails, Is.Empty);
    }

    [Test]
    public async Task Without_an_answer_from_DNS_the_sign_up_is_taken()
    {
        dns.IsSilent = true;
        Assert.That((await Reader.Subscribes("ana@gmial.shop")).StatusCode, Is.EqualTo(HttpStatusCode.OK));
        await App.RunUntilIdle();
        Assert.That(Smtp.Mails, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_domain_whose_name_servers_are_silent_costs_nobody_else_the_look_up()
    {
        foreach (var name in new[] { "one.shop", "two.shop", "three.shop", "four.shop" })
        {
            dns.SilentNames[name] = true;
            Assert.That((await Reader.Subscribes($"ana@{name}")).StatusCode, Is.EqualTo(HttpStatusCode.OK));
        }
        Assert.That((await Reader.Subscribes("ana@gmial.shop")).StatusCode, Is.EqualTo(HttpStatusCode.UnprocessableEntity),
            "the next one is told of a slip");
        var before = dns.Questions;
        await Reader.Subscribes("bob@one.shop");
        Assert.That(dns.Questions, Is.EqualTo(before), "and whoever is at the silent one doesn't wait for it again");
    }

    [Test]
    public async Task A_resolver_that_answers_nothing_is_left_alone()
    {
        dns.IsSilent = true;
        foreach (var name in new[] { "one.shop", "two.shop", "three.shop" })
            await Reader.Subscribes($"ana@{name}");
        var before = dns.Questions;
        await Reader.Subscribes("ana@four.shop");
        Assert.That(dns.Questions, Is.EqualTo(before));
    }

    [Test]
    public async Task The_look_up_can_be_switched_off()
    {
        lookUp = "false";
        Assert.That((await Reader.Subscribes("ana@gmial.shop")).StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(dns.Questions, Is.Zero);
    }

    [TestCase("ana@throwaway.shop")]
    [TestCase("ana@mx7.throwaway.shop", Description = "and all below it")]
    [TestCase("ana@mailsink.net")]
    [TestCase("ana@TENMINUTES.shop")]
    public async Task A_throw_away_address_is_warned_of_and_not_refused(string address)
    {
        lookUp = "false";
        var answer = await Reader.Subscribes(address);
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(await answer.Content.ReadAsStringAsync(), Does.Contain("throwaway address"));
        Assert.That(await (await Reader.Subscribes("ana@notthrowaway.shop")).Content.ReadAsStringAsync(),
            Does.Not.Contain("throwaway address"));
        await App.RunUntilIdle();
        Assert.That(Smtp.Mails, Has.Count.EqualTo(2));
    }
}
