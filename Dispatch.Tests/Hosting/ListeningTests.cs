using Dispatch.Tests.Support;
using Dispatch.Tests.Support.Servers;

namespace Dispatch.Tests.Hosting;

[TestFixture, Category(Needs.Processes)]
public class ListeningTests
{
    [TestCase("http://127.0.0.1:{used}", "another program is already listening there. Stop it, or use another port,")]
    [TestCase("http://localhost:{used}", "another program is already listening there.")]
    [TestCase("http://192.0.2.1:5080", "this machine doesn't have that address.")]
    [TestCase("http://localhost:99999", "a port is a number up to 65535,")]
    [TestCase("nonsense", "that isn't a valid address.")]
    public async Task An_address_where_the_site_can_not_listen_stops_the_start_with_a_line_that_names_it(string urls, string because)
    {
        using var folder = new TemporaryFolder();
        using var used = new HeldPort();
        using var listener = used.Listen();
        urls = urls.Replace("{used}", $"{used.Number}", StringComparison.Ordinal);
        await using var dispatch = DispatchProcess.Start("Dispatch.Api.dll", [], [("DataDirectory", folder.Path), ("Urls", urls)]);
        Assert.That(await dispatch.EndsAsync(), Is.EqualTo(1), dispatch.Said);
        Assert.That(dispatch.Said.Split('\n')[^1], Does.StartWith($"Urls: can't listen at {urls}: {because}"));
        Assert.That(dispatch.Said, Does.Not.Contain("Exception").And.Not.Contain("   at "));
    }
}
