using Dispatch.Tests.Support;
using Dispatch.Worker.Privacy;
using Microsoft.Extensions.DependencyInjection;

namespace Dispatch.Tests.Hosting;

/// <summary>The verb <c>keys add</c>, while the service is running.</summary>
[TestFixture(Provider.Sqlite), TestFixture(Provider.Postgres, Category = Needs.Postgres)]
public class KeysVerbTests(Provider provider) : DispatchTest(provider)
{
    [Test]
    public async Task Links_that_were_mailed_before_the_key_was_changed_keep_working()
    {
        var ana = await Given.ConfirmedSubscriber("ana@example.com");
        var (unsubscribe, preferences) = (Reader.UnsubscribePath(ana), Reader.PreferencesPath(ana));
        string[] line = ["keys", "add", .. ProcessSettings().Select(setting => $"--{setting.Key}={setting.Value}")];
        Assert.That(await Typed.RunAsync(line), Is.EqualTo((0, "")));
        await RestartAsync();
        Assert.That(App.Services.GetRequiredService<KeyRing>().CurrentId, Is.EqualTo(2));
        Assert.That(Reader.UnsubscribePath(ana), Is.Not.EqualTo(unsubscribe), "new links are of the new key");
        await Given.IssueDueNow();
        await App.RunUntilIdle();
        Assert.That(Smtp.MailFor("ana@example.com"), Has.Count.EqualTo(1), "what the old key sealed is read");
        (await App.Http.GetAsync(preferences)).EnsureSuccessStatusCode();
        Assert.That(await (await Reader.Presses(unsubscribe)).Content.ReadAsStringAsync(), Does.Contain("You’ve unsubscribed"));
    }
}
