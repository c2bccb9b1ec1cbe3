using Dispatch.Tests.Support;
using Dispatch.Worker.Providers;
using Dispatch.Worker.Settings;
using Microsoft.Extensions.Options;

namespace Dispatch.Tests.Providers;

/// <summary>An operator's file on mail providers.</summary>
public class ProviderFileTests
{
    [Test]
    public void It_goes_before_the_built_in_words_and_adds_to_the_names()
    {
        var table = Read("""
            # our own words
            [Google]
            domains = example.org *.example.org
            connections = 3
            rate = 300/min
            pause = 00:30:00 when unusual rate|4\.7\.28
            pause = 00:05:00 when try again
            in-a-row = 5
            share = 0.5
            source = our agreement

            [firm]
            domains = firm.test, xn--bcher-kva.test
            """);
        var google = table.Find("gmail.com")!;
        Assert.That((google.Name, google.Connections, google.MessagesPerSecond, google.InARow, google.Share),
            Is.EqualTo(("google", (int?)3, (double?)5, (int?)5, (double?)0.5)));
        Assert.That(new[] { "example.org", "mail.example.org", "GMAIL.com" }.Select(domain => table.Find(domain)), Is.All.SameAs(google));
        Assert.That(google.PauseAfter("421 4.7.0 Unusual Rate of unsolicited mail"), Is.EqualTo(TimeSpan.FromMinutes(30)));
        Assert.That(google.PauseAfter("451 4.3.0 Try again later"), Is.EqualTo(TimeSpan.FromMinutes(5)));
        Assert.That(google.PauseAfter("452 4.2.2 over quota"), Is.Null);
        Assert.That((table.NameOf("firm.test"), table.NameOf("xn--bcher-kva.test"), table.NameOf("notexample.org")),
            Is.EqualTo(("firm", "firm", "other")));
    }

    [Test]
    public void What_it_says_of_everybody_holds_for_hosts_without_a_name_too()
    {
        var table = Read("[*]\npause = 00:10:00 when slow down\n[firm]\ndomains = firm.test\npause = 01:00:00 when come back later");
        Assert.That(table.RulesOf(table.Find("nobody.test"))!.PauseAfter("451 Slow down"), Is.EqualTo(TimeSpan.FromMinutes(10)));
        Assert.That(table.Find("firm.test")!.PauseAfter("451 Slow down"), Is.EqualTo(TimeSpan.FromMinutes(10)));
        Assert.That(table.Find("firm.test")!.PauseAfter("451 Come back later"), Is.EqualTo(TimeSpan.FromHours(1)));
        Assert.That(table.All.Select(provider => provider.Name), Does.Not.Contain("*"));
    }

    [TestCase("domains = example.org", "it comes before any provider")]
    [TestCase("[firm]\nspeed = 3", "line 2: it sets speed: use domains, mx")]
    [TestCase("[firm]\nconnections = many", "line 2: it has the number many")]
    [TestCase("[firm]\nconnections = 0", "line 2: it has the number 0")]
    [TestCase("[firm]\nrate = 5", "line 2: it has the rate 5: use messages per time")]
    [TestCase("[firm]\nrate = 5/week", "such as 10/s")]
    [TestCase("[firm]\n\n# a comment\npause = later when x", "line 4: it has a pause that can't be read")]
    [TestCase("[firm]\npause = 00:10:00 when (", "line 2: it has a pattern that is not a regular expression")]
    [TestCase("[firm]\npause = 00:10:00 when (?=x)", "line 2: it has a pattern that is not a regular expression, or uses lookaround")]
    [TestCase("[firm]\nshare = 2", "line 2: it has a share of 2")]
    [TestCase("[firm]\ndomains = bücher.test", "line 2: it names bücher.test")]
    [TestCase("[firm]\ndomains = *", "line 2: it names *")]
    [TestCase("[firm", "line 1: it begins with [")]
    [TestCase("[other]", "line 1: it names a provider other")]
    [TestCase("[*]\nconnections = 3", "line 2: it sets connections for everybody: use Delivery:PerDomain")]
    [TestCase("hello", "line 1: it is neither")]
    public void A_wrong_line_is_named_with_what_to_do(string text, string fault)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["providers.conf"], text);
        Assert.That(new ProviderSettings { File = folder["providers.conf"] }.Faults().Single(),
            Does.StartWith($"Providers:File {folder["providers.conf"]}, line ").And.Contains(fault));
        Assert.That(() => Read(text), Throws.InstanceOf<StartException>());
    }

    [Test, CancelAfter(20_000)]
    public void A_pattern_that_would_backtrack_without_end_takes_no_time() =>
        Assert.That(Read("[firm]\ndomains = firm.test\npause = 00:10:00 when (a+)+$").Find("firm.test")!
            .PauseAfter(new string('a', 5000) + "!"), Is.Null);

    private static ProviderTable Read(string text)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["providers.conf"], text);
        return new(Options.Create(new ProviderSettings { File = folder["providers.conf"], LookUpMx = false }), null!);
    }
}
