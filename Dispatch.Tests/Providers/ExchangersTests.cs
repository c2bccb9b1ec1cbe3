using Dispatch.Tests.Support;
using Dispatch.Tests.Support.Servers;
using Dispatch.Worker.Providers;
using Microsoft.Extensions.DependencyInjection;

namespace Dispatch.Tests.Providers;

/// <summary>A domain belongs to the provider that its mail exchangers name.</summary>
public sealed class ExchangersTests() : DispatchTest(Provider.Sqlite), IDisposable
{
    private readonly ScriptedDnsServer dns = new();

    protected override IEnumerable<(string Key, string Value)> Configure() =>
        [("Providers:LookUpMx", "true"), ("Dns:Servers:0", dns.Address)];

    public void Dispose() => dns.Dispose();

    [Test]
    public async Task It_is_looked_up_once_in_the_background_and_kept_for_a_day()
    {
        dns.MailExchanger("firm.test", 20, "backup.firm.test");
        dns.MailExchanger("firm.test", 10, "aspmx.l.google.com");
        dns.MailExchanger("own.test", 10, "mail.own.test");
        var table = App.Services.GetRequiredService<ProviderTable>();
        using var asked = new SemaphoreSlim(0);
        App.Services.GetRequiredService<ExchangerCache>().Asked += _ => asked.Release();
        Assert.That(table.Find("firm.test"), Is.Null, "nobody waits for DNS");
        table.Find("own.test");
        table.Find("nowhere.test");
        await TimesAsync(asked, 3);
        Assert.That((table.NameOf("firm.test"), table.NameOf("own.test"), table.NameOf("nowhere.test")),
            Is.EqualTo(("google", "other", "other")));
        Assert.That(dns.Questions, Is.EqualTo(3));
        Clock.Advance(TimeSpan.FromHours(25));
        Assert.That(table.NameOf("firm.test"), Is.EqualTo("google"), "the old answer counts until there is a new one");
        await TimesAsync(asked, 1);
        Assert.That(dns.Questions, Is.EqualTo(4));
    }

    [Test]
    public async Task A_resolver_that_says_nothing_holds_up_nobody()
    {
        dns.IsSilent = true;
        var table = App.Services.GetRequiredService<ProviderTable>();
        Assert.That(table.NameOf("firm.test"), Is.EqualTo("other"));
        await Given.ConfirmedSubscriber("ana@firm.test");
        await Given.IssueDueNow();
        await App.RunUntilIdle();
        Assert.That(Smtp.Recipients, Is.EqualTo(new[] { "ana@firm.test" }));
    }

    private static async Task TimesAsync(SemaphoreSlim asked, int times)
    {
        for (var time = 0; time < times; time++)
            Assert.That(await asked.WaitAsync(TimeSpan.FromSeconds(30)), "DNS was asked");
    }
}
