using Dispatch.Tests.Support;

namespace Dispatch.Tests.Pages.Site;

[TestFixture(Provider.Sqlite)]
public class PrivacyPageTests(Provider provider) : DispatchTest(provider)
{
    protected override IEnumerable<(string Key, string Value)> Configure() =>
    [
        ("Mail:Relays:1:Url", "smtp://user:secret@relay.example.org:587?tls=starttls"),
        ("Mail:Relays:2:Url", "pickup:elsewhere"),
        ("Subscriptions:PerAddressPerDay", "7"),
        ("Subscriptions:PerNetworkPerHour", "1234"),
        ("Subscriptions:PerHour", "4321"),
        ("Subscriptions:LookUpMx", "true"),
        ("Newsletters:0:ReplyTo", "desk@sender.test"),
    ];

    [Test]
    public async Task The_privacy_page_says_what_the_configuration_does()
    {
        var page = await App.Http.GetStringAsync("/privacy");
        Assert.Multiple(() =>
        {
            Assert.That(page, Does.Contain("<strong>relay.example.org</strong>").And.Contain("it is encrypted or not sent at all"));
            Assert.That(page, Does.Not.Contain("secret").And.Not.Contain("user:"));
            Assert.That(page, Does.Contain("written to a folder"));
            Assert.That(page, Does.Contain("at most 7 emails a day").And.Contain("hash of the address is kept for a day").And.Contain(
                "up to 1,234 an hour").And.Contain("at most 4,321 sign-ups an hour"));
            Assert.That(page, Does.Contain("what comes after the @"), "its domain is looked up");
            Assert.That(page,
                Does.Contain("deleted after 30 days").And.Contain("are deleted after 365 days")
                    .And.Contain("sent to you is kept for 30 days"));
            Assert.That(page,
                Does.Contain("Anything still there after 1 day is").And.Contain("refused or delayed an email is kept for 30 days"));
            Assert.That(page, Does.Contain("mailto:desk@sender.test").And.Not.Contain("(DKIM)"), "no signature is configured");
        });
    }

    [Test]
    public async Task Every_page_and_every_mail_leads_to_it()
    {
        var ana = await Given.ConfirmedSubscriber("ana@example.com");
        await Reader.Subscribes("bob@example.com");
        await App.RunUntilIdle(); // one message at a time, because two would be spread over the relays
        var fresh = await Reader.OneTimePreferencesPath(ana);
        await Given.IssueDueNow();
        await App.RunUntilIdle();
        foreach (var path in new[] { "/", "/subscribe", "/newsletters/china-in-eurasia/archive", Reader.UnsubscribePath(ana),
            Reader.PreferencesPath(ana), fresh, "/nonesuch", "/confirm/x" })
            Assert.That(await (await App.Http.GetAsync(path)).Content.ReadAsStringAsync(), Does.Contain("<a href=\"/privacy\">"), path);
        Assert.That(Smtp.Mails, Has.Count.EqualTo(3));
        foreach (var mail in Smtp.Mails)
            Assert.Multiple(() =>
            {
                Assert.That(mail.Text, Does.Contain("http://localhost/privacy"), mail.Subject);
                Assert.That(mail.Html, Does.Contain("href=\"http://localhost/privacy\""), mail.Subject);
            });
    }

    [TestCase("ru", "Что мы о вас знаем"), TestCase("zh", "我们保存"), TestCase("ar", "ما نعرفه"), TestCase("de", "Was wir über Sie"),
        TestCase("fr", "Ce que nous savons")]
    public async Task It_speaks_the_readers_language(string language, string words) =>
        Assert.That(await App.Http.GetStringAsync($"/privacy?lang={language}"), Does.Contain(words));
}

/// <summary>The privacy page of a site without DNS lookups and without an overall limit for sign-ups.</summary>
[TestFixture("false", null), TestFixture("true", "pickup:elsewhere")]
public class PrivacyPageOfAQuietSiteTests(string lookUpMx, string? relay) : DispatchTest(Provider.Sqlite)
{
    protected override IEnumerable<(string Key, string Value)> Configure() =>
        relay is null ? [("Subscriptions:LookUpMx", lookUpMx)] : [("Subscriptions:LookUpMx", lookUpMx), ("Mail:Relays:0:Url", relay)];

    [Test]
    public async Task It_says_nothing_of_what_is_switched_off()
    {
        foreach (var (language, words) in new[] { ("en", "sign-ups an hour"), ("fr", "inscriptions par heure"), ("zh", "所有人合计") })
        {
            var page = await App.Http.GetStringAsync($"/privacy?lang={language}");
            Assert.That(page, Does.Not.Contain("DNS").And.Not.Contain(words), language);
        }
    }
}
