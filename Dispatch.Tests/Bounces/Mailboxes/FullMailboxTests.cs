using System.Diagnostics;
using Dispatch.Tests.Support;
using Dispatch.Tests.Support.Servers;
using Dispatch.Worker.Bounces.Consequences;
using Dispatch.Worker.Bounces.Mailboxes;
using Dispatch.Worker.Privacy;
using Dispatch.Worker.Suppressions;
using MailKit;
using MailKit.Net.Imap;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using MimeKit;

namespace Dispatch.Tests.Bounces.Mailboxes;

/// <summary>
/// A mailbox full of reports. <c>DISPATCH_TEST_REPORTS</c> sets their number, and the test says how long they take, and how much memory.
/// </summary>
[TestFixture(Provider.Sqlite), TestFixture(Provider.Postgres, Category = Needs.Postgres)]
[NonParallelizable, Category(Needs.Postfix)]
public class FullMailboxTests(Provider provider) : DispatchTest(provider)
{
    private const string Bounces = "bounces@sender.test";
    private static readonly int Reports =
        int.TryParse(Environment.GetEnvironmentVariable("DISPATCH_TEST_REPORTS"), out var given) ? given : 60;

    private Mailhost mailhost = null!;

    protected override IEnumerable<(string Key, string Value)> Configure() =>
        [("Bounces:Mailboxes:0:Url", $"imap://{Bounces}:test@127.0.0.1:{mailhost.ImapPort}?tls=none")];

    [SetUp]
    public async Task EmptyTheMailbox()
    {
        mailhost = await Requires.MailhostAsync();
        await mailhost.EmptyAsync(Bounces);
    }

    [Test]
    public async Task Each_report_is_counted_once_and_no_more_than_a_group_is_in_memory()
    {
        var readers = await Given.ConfirmedSubscribers(Reports);
        var issue = await Given.IssueDueNow();
        await App.FanOut(issue);
        await using (var db = App.OpenDb())
        {
            await db.Database.ExecuteSqlRawAsync("""UPDATE "Deliveries" SET "State" = 'Accepted', "Attempts" = 1""");
            await LedgerTotals.ForgetAsync(db);
        }
        await FillAsync(readers, issue);

        using var process = Process.GetCurrentProcess();
        var (cpu, began, allocated) = (process.TotalProcessorTime, Stopwatch.GetTimestamp(), GC.GetTotalAllocatedBytes());
        var read = await App.Services.GetRequiredService<MailboxReaders>().ReadNowAsync(CancellationToken.None);
        process.Refresh();
        var (seconds, used) = (Stopwatch.GetElapsedTime(began).TotalSeconds, process.TotalProcessorTime - cpu);
        TestContext.Out.WriteLine($"{read} reports: {seconds:0.0} s, {used.TotalMilliseconds / read:0.00} ms of processor time and "
            + $"{(GC.GetTotalAllocatedBytes() - allocated) / read / 1024} KiB allocated each, heap {GC.GetTotalMemory(true) >> 20} MiB, "
            + $"most memory of the whole test process {process.PeakWorkingSet64 >> 20} MiB");

        Assert.That(read, Is.EqualTo(Reports));
        await using var after = App.OpenDb();
        Assert.That(await after.Bounces.GroupBy(b => b.Effect).Select(group => new { group.Key, Count = group.Count() }).ToListAsync(),
            Is.EquivalentTo(new[]
            {
                new { Key = BounceEffect.Suppressed, Count = Reports / 2 },
                new { Key = BounceEffect.Counted, Count = Reports - Reports / 2 },
            }));
        Assert.That(await after.Suppressions.CountAsync(), Is.EqualTo(Reports / 2));
        Assert.That(await mailhost.CountAsync(Bounces), Is.Zero);
    }

    private async Task FillAsync(IReadOnlyList<KnownReader> readers, int issue)
    {
        var tokens = App.Services.GetRequiredService<LinkTokens>();
        using var imap = new ImapClient();
        await imap.ConnectAsync("127.0.0.1", mailhost.ImapPort, MailKit.Security.SecureSocketOptions.None);
        await imap.AuthenticateAsync(Bounces, "test");
        foreach (var group in readers.Index().Chunk(500))
            await imap.Inbox.AppendAsync([.. group.Select(one => new AppendRequest(MimeMessage.Load(new MemoryStream(ComeBack.Dsn(
                $"bounces+{tokens.Make(LinkKind.Bounce, one.Item.SubscriberId, issue)}@sender.test", one.Item.Address,
                one.Index % 2 == 1 ? "5.1.1" : "5.2.2")))))]);
    }
}
