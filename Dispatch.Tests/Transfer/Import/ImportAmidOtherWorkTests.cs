using System.Text;
using Dispatch.Tests.Support;
using Dispatch.Worker.Audit;
using Dispatch.Worker.Issues;
using Dispatch.Worker.Subscribers;
using Dispatch.Worker.Suppressions;
using Dispatch.Worker.Transfer.Import;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Tests.Transfer.Import;

/// <summary>What happens between the reading of a file and its taking in, and beside it.</summary>
[TestFixture(Provider.Sqlite), TestFixture(Provider.Postgres, Category = Needs.Postgres)]
public class ImportAmidOtherWorkTests(Provider provider) : ImportTest(provider)
{
    private const string Header = "email,name,status,confirmed_at\n";

    [Test]
    public async Task Whoever_left_complained_or_was_erased_after_the_file_was_read_stays_so()
    {
        var left = await Given.ConfirmedSubscriber("left@readers.test");
        await Given.ConfirmedSubscriber("complained@readers.test");
        var erased = await Given.ConfirmedSubscriber("erased@readers.test");
        var id = await Reads("readers.csv", Encoding.UTF8.GetBytes(Header + string.Concat(
            new[] { "left", "complained", "erased", "joined" }.Select(name => $"{name}@readers.test,,confirmed,2024-01-01\n"))));
        var chunk = await App.In<ImportChunks, PreparedChunk?>(chunks => chunks.PrepareAsync(id, 0, CancellationToken.None));
        await Reader.UnsubscribesInOneClick(left);
        await Given.Suppression("complained@readers.test", SuppressionReason.Complaint);
        (await (await ApiCaller.With(App, "ops")).Delete($"/readers/{erased.SubscriberId}")).Is(204);
        await Reader.SubscribesAndConfirms("joined@readers.test");

        await App.In<ReaderImports, bool>(imports => imports.BeginAsync(id, Actor.CommandLine, queued: false, CancellationToken.None));
        Assert.That(await App.In<ImportChunks, bool>(chunks => chunks.TakeInAsync(chunk!, CancellationToken.None)));
        Assert.That((await StatusOf("left@readers.test"), await StatusOf("complained@readers.test"), await StatusOf("erased@readers.test"),
            await StatusOf("joined@readers.test")), Is.EqualTo(("unsubscribed", "complained", (string?)null, "confirmed")));
        Assert.That((await Find("joined@readers.test"))!.Subscription.Source, Is.EqualTo("form"), "the reader's own act stays");
    }

    [Test]
    public async Task Two_imports_at_once_of_the_same_readers_end_as_one_after_the_other()
    {
        byte[] File(string status) => Encoding.UTF8.GetBytes(Header + string.Concat(
            Enumerable.Range(1, 6000).Select(number => $"reader{number}@readers.test,Reader,{status},2024-01-01\n")));

        var ids = new[] { await Reads("a.csv", File("confirmed")), await Reads("b.csv", File("unsubscribed")),
            await Reads("a.csv", File("confirmed")) };
        await Task.WhenAll(ids.Select(id => Task.Run(() => App.In<ReaderImports, bool>(async imports =>
        {
            await imports.BeginAsync(id, Actor.CommandLine, queued: false, CancellationToken.None);
            await imports.RunAsync(id, null, CancellationToken.None);
            return true;
        }))));
        await using var db = App.OpenDb();
        Assert.That(await db.Subscriptions.GroupBy(s => s.State).Select(group => new { group.Key, Count = group.Count() }).ToListAsync(),
            Is.EqualTo(new[] { new { Key = SubscriptionState.Unsubscribed, Count = 6000 } }), "the more careful word");
        Assert.That(await db.ReaderImports.Select(import => import.State).Distinct().ToListAsync(),
            Is.EqualTo(new[] { ReaderImportState.Done }));
    }

    [Test]
    public async Task Two_runs_of_one_import_at_once_take_each_chunk_in_once()
    {
        var id = await Reads("a.csv", Encoding.UTF8.GetBytes(Header + string.Concat(
            Enumerable.Range(1, 12_000).Select(number => $"reader{number}@readers.test,,confirmed,2024-01-01\n"))));
        await App.In<ReaderImports, bool>(imports => imports.BeginAsync(id, Actor.CommandLine, queued: false, CancellationToken.None));
        await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => Task.Run(() => App.In<ReaderImports, bool>(async imports =>
        {
            await imports.RunAsync(id, null, CancellationToken.None);
            return true;
        }))));
        var standing = await App.In<ReaderImports, ImportStanding?>(imports => imports.FindAsync(id, CancellationToken.None));
        Assert.That((standing!.Import.State, standing.Counts.Added, standing.Counts.Unchanged),
            Is.EqualTo((ReaderImportState.Done, 12_000, 0)));
    }

    [Test]
    public async Task Readers_who_are_imported_while_an_issue_goes_out_get_the_next_one()
    {
        await Given.ConfirmedSubscribers(30);
        var id = await Reads("readers.csv", Encoding.UTF8.GetBytes(Header + string.Concat(
            Enumerable.Range(1, 60).Select(number => $"reader{number}@readers.test,,confirmed,2024-01-01\n"))));
        var (mails, importing) = (0, (Task?)null);
        Smtp.OnMail = _ =>
        {
            if (Interlocked.Increment(ref mails) == 10)
                importing = Task.Run(() => App.In<ReaderImports, bool>(async imports =>
                {
                    await imports.BeginAsync(id, Actor.CommandLine, queued: false, CancellationToken.None);
                    await imports.RunAsync(id, null, CancellationToken.None);
                    return true;
                }));
        };
        var issue = await Given.IssueDueNow();
        await App.RunUntilIdle();
        await importing!;
        Assert.That((Smtp.Recipients.Count, Smtp.Recipients.Distinct().Count()), Is.EqualTo((30, 30)), "the audience was counted before");
        Assert.That((await App.Issue(issue)).State, Is.EqualTo(IssueState.Sent));
        Smtp.OnMail = null;
        await Given.IssueDueNow("The next one");
        await App.RunUntilIdle();
        Assert.That(Smtp.Recipients.GroupBy(recipient => recipient).Select(group => group.Count()),
            Is.EquivalentTo(Enumerable.Repeat(2, 30).Concat(Enumerable.Repeat(1, 30))));
    }
}
