using Dispatch.Tests.Support.Samples;
using Dispatch.Tests.Support;

namespace Dispatch.Tests.Hosting;

/// <summary>A wrong setting stops the start with one line that names the setting.</summary>
public class WrongSettingsTests
{
    [TestCase("ConnectionStrings:Dispatch", "not a connection string")]
    [TestCase("ConnectionStrings:Dispatch", "Host=127.0.0.1;Port=1;Database=dispatch;Username=dispatch;Timeout=2",
        TestName = "A database that nobody serves")]
    [TestCase("DataDirectory", "/proc/nowhere/data")]
    [TestCase("Site:PublicUrl", "news.example.org")]
    [TestCase("Site:PublicUrl", "ftp://news.example.org")]
    [TestCase("Site:PublicUrl", "https://news.example.org/newsletters", TestName = "A path with pages of our own")]
    [TestCase("Site:PublicUrl", "https://editor@news.example.org")]
    [TestCase("Site:PublicUrl", "https://editor:secretuser@news.example.org")]
    [TestCase("Mail:Relays:0:MessagesPerSecond", "NaN")]
    [TestCase("Delivery:MessagesPerSecond", "Infinity")]
    [TestCase("Delivery:PerDomain:MessagesPerSecond", "NaN")]
    [TestCase("Site:Proxies", "proxy.example.org")]
    [TestCase("Site:Proxies:0", "10.0.0.0/40")]
    [TestCase("Site:Proxies", "127.0.0.1, 0.0.0.0/0", TestName = "A network that is everybody")]
    [TestCase("FORWARDEDHEADERS_ENABLED", "true", TestName = "The framework's switch that believes everybody")]
    [TestCase("Worker:Embedded", "perhaps")]
    [TestCase("Newsletters:0:Slug", "China In Eurasia")]
    [TestCase("Newsletters:0:Name", " ")]
    [TestCase("Newsletters:0:From", "nobody")]
    [TestCase("Newsletters:0:ReplyTo", "nobody")]
    [TestCase("Newsletters:0:Schedule", "every Wednesday")]
    [TestCase("Newsletters:0:Schedule", "0 9 * * WED#1,WED#3")]
    [TestCase("Newsletters:0:TimeZone", "Europe/Bohemia")]
    [TestCase("Newsletters:0:Locale", "czenglish-")]
    [TestCase("Mail:Relays:0:Url", "mail.example.org")]
    [TestCase("Mail:Relays:0:Url", "smtp://secretuser@mail.example.org")]
    [TestCase("Mail:Relays:0:Url", "smtp://mail.example.org?tls=perhaps")]
    [TestCase("Mail:Relays:0:Connections", "0")]
    [TestCase("Mail:Relays:0:Connections", "many")]
    [TestCase("Mail:Relays:0:MessagesPerSecond", "-1")]
    [TestCase("Mail:Relays:0:Weight", "0")]
    [TestCase("Mail:BounceAddress", "bounces")]
    [TestCase("Mail:BounceAddress", "rückläufer@sender.test")]
    [TestCase("Mail:UnsubscribeAddress", "unsubscribe at example.org")]
    [TestCase("Mail:KeepPickupFor", "00:10:00")]
    [TestCase("Dns:Servers:0", "resolver.example.org")]
    [TestCase("Delivery:RetryFor", "00:00:10")]
    [TestCase("Delivery:RetryFor", "a day")]
    [TestCase("Delivery:Uncertain", "perhaps")]
    [TestCase("Schedule:LateBy", "-01:00:00")]
    [TestCase("Schedule:LateBy", "00:00:00")]
    [TestCase("Schedule:LateBy", "00:04:59")]
    [TestCase("Subscriptions:PerAddressPerDay", "0")]
    [TestCase("Subscriptions:PerNetworkPerHour", "none")]
    [TestCase("Subscriptions:KeepUnsubscribedFor", "7.00:00:00")]
    [TestCase("Bounces:ReportsWithin", "00:10:00")]
    [TestCase("Bounces:RulesFile", "/nowhere/rules.tsv")]
    [TestCase("Providers:InARow", "-1")]
    [TestCase("Providers:Share", "3")]
    [TestCase("Providers:File", "/nowhere/providers.conf")]
    [TestCase("Delivery:RetrieFor", "01:00:00", TestName = "A misspelt key, which would be ignored in silence")]
    public async Task Stops_the_start_with_a_line_that_names_it(string key, string value)
    {
        using var folder = new TemporaryFolder();
        var (exit, said) = await StartAsync($"--DataDirectory={folder.Path}", $"--{key}={value}");
        Assert.That(exit, Is.EqualTo(1), said);
        var lines = said.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.That(lines, Has.Length.EqualTo(1), said);
        Assert.That(lines[0], Does.Contain(key.TrimEnd(':', '0').Split(':')[^1]), "names the key");
        Assert.That(lines[0], Does.Not.Contain("Exception").And.Not.Contain("secretuser"));
    }

    // .NET's own words name no value that would be right.
    [TestCase("Delivery:UndoFor", "banana",
        "Delivery:UndoFor is 'banana': use a time span such as 00:01:00, a minute, or 1.00:00:00, a day")]
    [TestCase("Worker:Embedded", "perhaps", "Worker:Embedded is 'perhaps': use true or false")]
    [TestCase("Mail:Relays:0:Connections", "many", "Mail:Relays:0:Connections is 'many': use a whole number such as 10")]
    [TestCase("Mail:Relays:0:MessagesPerSecond", "fast", "Mail:Relays:0:MessagesPerSecond is 'fast': use a number such as 0.5")]
    [TestCase("Delivery:Uncertain", "perhaps", "Delivery:Uncertain is 'perhaps': use one of Resend, Ask")]
    public async Task A_value_of_the_wrong_type_was_told_in_the_words_of_dotnet(string key, string value, string told)
    {
        using var folder = new TemporaryFolder();
        var (_, said) = await StartAsync($"--DataDirectory={folder.Path}", $"--{key}={value}");
        Assert.That(said.Trim(), Is.EqualTo(told));
    }

    [TestCase("Mail:PickupFolder", "Mail: there is no setting 'PickupFolder'. Is it misspelled?")]
    [TestCase("Delivery:RetrieFor", "Delivery: there is no setting 'RetrieFor'. Is it misspelled?")]
    [TestCase("Mail:Relays:0:Uri", "there is no setting 'Uri'. Is it misspelled?")]
    public async Task A_setting_that_nothing_reads_is_named_without_our_classes(string key, string told)
    {
        using var folder = new TemporaryFolder();
        var (_, said) = await StartAsync($"--DataDirectory={folder.Path}", $"--{key}=1");
        Assert.That(said.Trim(), Is.EqualTo(told));
    }

    [Test]
    public async Task Two_wrong_settings_are_named_at_once()
    {
        using var folder = new TemporaryFolder();
        var (exit, said) = await StartAsync($"--DataDirectory={folder.Path}", "--Site:PublicUrl=nowhere", "--Schedule:LateBy=30.00:00:00");
        Assert.That(exit, Is.EqualTo(1));
        Assert.That(said, Does.Contain("Site:PublicUrl").And.Contain("Schedule:LateBy"));
    }

    [TestCase("Mail:Dkim:0:Domain", "sender test", "use a domain")]
    [TestCase("Mail:Dkim:0:Domain", "", "use a domain")]
    [TestCase("Mail:Dkim:0:Selector", "s1;", "use letters")]
    [TestCase("Mail:Dkim:0:KeyFile", "", "names no file")]
    [TestCase("Mail:Dkim:0:KeyFile", "missing.pem", "can't be read")]
    [TestCase("Mail:Dkim:0:KeyFile", "words.txt", "holds no PEM")]
    [TestCase("Mail:Dkim:0:KeyFle", "dkim.pem", "KeyFle")]
    public async Task A_signature_that_can_not_be_made_stops_the_start(string key, string value, string because)
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder["dkim.pem"], SigningKeys.Ed25519);
        await File.WriteAllTextAsync(folder["words.txt"], "secret words");
        var (exit, said) = await StartAsync($"--DataDirectory={folder.Path}", "--Mail:Dkim:0:Domain=sender.test",
            "--Mail:Dkim:0:Selector=s1", "--Mail:Dkim:0:KeyFile=dkim.pem", $"--{key}={value}");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(exit, Is.EqualTo(1));
            Assert.That(said.Split('\n'), Has.Length.EqualTo(1), said);
            Assert.That(said,
                Does.Contain(key.Split(':')[^1]).And.Contain(because).And.Not.Contain("secret words").And.Not.Contain("Exception"));
        }
    }

    [Test]
    public async Task A_template_that_does_not_compile_stops_the_start_and_is_named()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["templates"]);
        await File.WriteAllTextAsync(Path.Combine(folder["templates"], "welcome.sbntxt"), "fine\n{{ if }}");
        var (exit, said) = await StartAsync($"--DataDirectory={folder.Path}");
        Assert.That((exit, said.Split('\n').Length), Is.EqualTo((1, 1)), said);
        Assert.That(said, Does.StartWith("DataDirectory: templates/welcome.sbntxt, line 2"));
    }

    private static Task<(int Exit, string Said)> StartAsync(params string[] arguments) =>
        Typed.RunAsync(["--Urls=http://127.0.0.1:0", "--Logging:LogLevel:Default=None", .. arguments]);
}
