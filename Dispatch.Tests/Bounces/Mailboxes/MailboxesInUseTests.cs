using Dispatch.Tests.Support;
using Dispatch.Tests.Support.Servers;
using Dispatch.Worker.Bounces.Consequences;
using Dispatch.Worker.Bounces.Mailboxes;
using Dispatch.Worker.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace Dispatch.Tests.Bounces.Mailboxes;

/// <summary>A mailbox that can't be read, because nobody listens at its port.</summary>
[TestFixture(Provider.Sqlite), TestFixture(Provider.Postgres, Category = Needs.Postgres)]
public class MailboxesInUseTests(Provider provider) : DispatchTest(provider)
{
    private readonly HeldPort port = new(), other = new();
    private string url = "";

    protected override IEnumerable<(string Key, string Value)> Configure() => [("Bounces:Mailboxes:0:Url", url)];

    [TearDown]
    public void Free()
    {
        port.Dispose();
        other.Dispose();
    }

    [Test]
    public async Task One_that_is_no_longer_in_the_settings_is_no_longer_reported()
    {
        url = Url(port);
        await App.Services.GetRequiredService<MailboxReaders>().ReadNowAsync(CancellationToken.None);
        Assert.That(await ReportedAsync(), Is.EqualTo(new[] { $"0 imap://127.0.0.1:{port.Number}" }));
        Assert.That(await DoctorSaysAsync(), Does.Contain($"127.0.0.1:{port.Number} can't be read"));

        await StopAsync();
        url = Url(other);
        await App.Services.GetRequiredService<MailboxReaders>().ReadNowAsync(CancellationToken.None);
        Assert.That(await ReportedAsync(), Is.EqualTo(new[] { $"0 imap://127.0.0.1:{other.Number}" }));
        Assert.That(await DoctorSaysAsync(), Does.Not.Contain($"127.0.0.1:{port.Number}"));
    }

    private static string Url(HeldPort at) => $"imap://bounces@sender.test:secret@127.0.0.1:{at.Number}?tls=none";

    private async Task<IEnumerable<string>> ReportedAsync() => (await App.In<BounceOverview, List<MailboxState>>(
        overview => overview.MailboxesAsync(CancellationToken.None))).Select(state => state.Mailbox);

    private async Task<string> DoctorSaysAsync()
    {
        var said = new List<string>();
        await foreach (var (_, _, says) in App.Services.GetRequiredService<Doctor>().ExamineAsync(askOthers: false, default))
            said.Add(says);
        return string.Join('\n', said);
    }
}
