using System.Text;
using Dispatch.Tests.Support;
using Dispatch.Tests.Support.Servers;
using Dispatch.Tests.Transfer.Import;
using Dispatch.Worker.Audit;
using Dispatch.Worker.Subscribers;
using Dispatch.Worker.Suppressions;
using Dispatch.Worker.Transfer;
using Dispatch.Worker.Transfer.Export;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Tests.Transfer.Export;

/// <summary>What goes out comes in again, and is the same.</summary>
[TestFixture(Provider.Sqlite), TestFixture(Provider.Postgres, Category = Needs.Postgres)]
public class ReaderExportTests(Provider provider) : ImportTest(provider)
{
    [Test]
    public async Task An_export_taken_into_an_empty_Dispatch_with_the_same_keys_gives_the_same_export_byte_for_byte()
    {
        await Reader.SubscribesAndConfirms("ana@readers.test", "Ana Ünal");
        var weekly = await Given.Newsletter("weekly");
        var ben = await Given.ConfirmedSubscriber("ben@readers.test", "=HYPERLINK(\"x\")", language: "ru");
        await Given.Subscriber("ben@readers.test", SubscriptionState.Unsubscribed, newsletter: weekly);
        await Reader.UnsubscribesInOneClick(await Given.ConfirmedSubscriber("cyd@readers.test", "'-quoted"));
        await Given.ConfirmedSubscriber("dan@readers.test");
        await Given.Suppression("dan@readers.test", SuppressionReason.Complaint);
        await Given.ConfirmedSubscriber("eve@readers.test");
        await Given.Suppression("eve@readers.test", SuppressionReason.Manual);
        await Given.Subscriber("fay@readers.test", SubscriptionState.Pending);
        await Given.ConfirmedSubscriber("ivy@readers.test");
        await Given.Suppression("ivy@readers.test", SuppressionReason.SoftBounce);
        foreach (var sample in new[] { "ghost-members.2026-11-25.csv", "mailchimp-audience.zip", "nasty-formulas.csv", "phplist-export.csv",
            "buttondown-subscribers.csv", "listmonk-api-subscribers.json" })
            await Imports(sample, File.ReadAllBytes(Sample(sample)));
        await Imports("email,name,note,first_name\ngus@readers.test,Gus,\"a;b\n'=c\",x\nhal@readers.test,,\"\t=d\",\n");
        // Fields that are called like columns of our own file.
        await Imports("lists.json", """
            [{"email": "ida@readers.test", "status": "blocklisted", "lists": [], "attribs":
            {"status": "gold", "Source": "fair", "newsletters": "none", "field:x": "y", "email": "old@readers.test"}}]
            """u8.ToArray());
        var first = await ExportAsync(new(ExportForm.Dispatch));
        Assert.That(first, Does.Contain("ben@readers.test").And.Contain("complained").And.Contain("pending"));

        await using (var db = App.OpenDb())
        {
            await db.Set<AuditEntry>().ExecuteDeleteAsync();
            await db.Subscribers.ExecuteDeleteAsync();
            await db.Suppressions.ExecuteDeleteAsync();
        }
        var standing = await Imports("readers.csv", Encoding.UTF8.GetBytes(first));
        Assert.That(await Refused(standing), Is.Empty);
        Assert.That(await ExportAsync(new(ExportForm.Dispatch)), Is.EqualTo(first));
        Assert.That(standing.Findings.Files.Single().System, Is.EqualTo("dispatch"));
        Assert.That((await Find("ida@readers.test"))!.Fields["Source"], Is.EqualTo("fair"));
    }

    [Test]
    public async Task An_export_is_in_the_audit_with_who_and_how_many()
    {
        await Given.ConfirmedSubscribers(3);
        await ExportAsync(new(ExportForm.Dispatch));
        await using var db = App.OpenDb();
        var entry = await db.Set<AuditEntry>().SingleAsync(one => one.Action == "readers.exported");
        Assert.That((entry.Actor, entry.Target, entry.Detail), Is.EqualTo(("command line", "readers", "dispatch, 3 readers")));
    }

    [Test]
    public async Task Another_system_gets_only_readers_of_one_status_or_is_told_who_left()
    {
        await Given.ConfirmedSubscriber("ana@readers.test", "Ana", language: "ru");
        await Given.Subscriber("left@readers.test", SubscriptionState.Unsubscribed);
        await Given.ConfirmedSubscriber("gone@readers.test");
        await Given.Suppression("gone@readers.test");
        await Imports("email,name,status,confirmed_at,city\nben@readers.test,Ben,confirmed,2024-01-01,Brno\n");
        Assert.That(Lines(await ExportAsync(new(ExportForm.Listmonk))), Is.EquivalentTo(new[]
        {
            "email,name,attributes", "ana@readers.test,Ana,\"{\"\"language\"\":\"\"ru\"\"}\"",
            "ben@readers.test,Ben,\"{\"\"city\"\":\"\"Brno\"\"}\"",
        }));
        Assert.That(Lines(await ExportAsync(new(ExportForm.Mailchimp, Status: ReaderStatus.Unsubscribed))), Has.Length.EqualTo(2)
            .And.Some.StartsWith("left@readers.test,"));
        var ghost = Lines(await ExportAsync(new(ExportForm.Ghost)));
        Assert.That(ghost.Single(line => line.StartsWith("left@", StringComparison.Ordinal)), Does.Contain(",false,"));
        Assert.That(ghost.Single(line => line.StartsWith("gone@", StringComparison.Ordinal)), Does.Contain(",false,"));
        Assert.That(ghost.Single(line => line.StartsWith("ben@", StringComparison.Ordinal)), Does.Contain(",true,"));
        Assert.That(ghost, Has.All.Not.StartWith("="));
    }

    [Test]
    public async Task An_export_shows_one_moment_and_holds_up_nobody()
    {
        await Given.ConfirmedSubscribers(2500);
        var gate = new HoldingStream();
        var exporting = App.In<ReaderExport, int>(export => export.WriteAsync(gate, new(ExportForm.Dispatch), Actor.CommandLine,
            CancellationToken.None));
        await gate.Began;
        await using (var db = App.OpenDb())
            await db.Subscriptions.ExecuteUpdateAsync(set => set.SetProperty(s => s.State, SubscriptionState.Unsubscribed)
                .SetProperty(s => s.UnsubscribedAt, Start));
        gate.GoOn();
        Assert.That(await exporting, Is.EqualTo(2500));
        Assert.That(Encoding.UTF8.GetString(gate.ToArray()), Does.Not.Contain("unsubscribed,"));
    }

    [Test]
    public async Task An_export_in_the_middle_of_an_issue_shows_the_readers_as_they_were_and_the_issue_goes_on()
    {
        const int readers = 1200; // more than one page of the export
        var ana = (await Given.ConfirmedSubscribers(readers))[0];
        var (gate, mails, exporting) = (new HoldingStream(), 0, (Task<int>?)null);
        Smtp.Answers("550 5.1.1 No such mailbox", SmtpStep.Recipient, "reader1100@readers.test");
        Smtp.OnMail = _ =>
        {
            if (Interlocked.Increment(ref mails) != 50)
                return;
            exporting = Task.Run(() => App.In<ReaderExport, int>(export => export.WriteAsync(gate, new(ExportForm.Dispatch),
                Actor.CommandLine, CancellationToken.None)));
            gate.Began.WithinAMinute().GetAwaiter().GetResult();
        };
        var issue = await Given.IssueDueNow();
        await App.RunUntilIdle();
        Assert.That((await App.Issue(issue)).State, Is.EqualTo(Worker.Issues.IssueState.Sent), "it has held up nobody");
        await Reader.UnsubscribesInOneClick(ana);
        await Given.Suppression("reader1100@readers.test");
        Assert.That(exporting!.IsCompleted, Is.False, "it was in the middle");
        gate.GoOn();
        Assert.That(await exporting, Is.EqualTo(readers));
        var lines = Lines(Encoding.UTF8.GetString(gate.ToArray())).Skip(1).ToList();
        Assert.That((lines.Count, lines.Count(line => line.Contains(",confirmed,", StringComparison.Ordinal))),
            Is.EqualTo((readers, readers)));
        var now = Lines(await ExportAsync(new(ExportForm.Dispatch)));
        Assert.That(now.Count(line => line.Contains(",confirmed,", StringComparison.Ordinal)), Is.EqualTo(readers - 2), "as they are");
    }

    [Test]
    public async Task The_command_writes_a_file_whole_and_for_its_owner_alone()
    {
        await Given.ConfirmedSubscriber("ana@readers.test");
        var path = Folder["out.csv"];
        var printed = await Typed.PrintsAsync([.. new[] { "readers", "export", path },
            .. ProcessSettings().Select(setting => $"--{setting.Key}={setting.Value}")]);
        Assert.That(printed.Single(), Does.StartWith("Wrote 1 reader to"));
        Assert.That(await File.ReadAllTextAsync(path), Does.Contain("ana@readers.test"));
        Assert.That(File.Exists($"{path}.part"), Is.False);
        if (!OperatingSystem.IsWindows())
            Assert.That(File.GetUnixFileMode(path) & (UnixFileMode.GroupRead | UnixFileMode.OtherRead), Is.EqualTo(UnixFileMode.None));
    }

    private async Task<string> ExportAsync(ExportChoices choices)
    {
        using var file = new MemoryStream();
        await App.In<ReaderExport, int>(export => export.WriteAsync(file, choices, Actor.CommandLine, CancellationToken.None));
        return Encoding.UTF8.GetString(file.ToArray());
    }

    private static string[] Lines(string file) => file.Split("\r\n", StringSplitOptions.RemoveEmptyEntries);

    // Holds the writer up after the first bytes, until it may go on.
    private sealed class HoldingStream : MemoryStream
    {
        private readonly TaskCompletionSource began = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource goOn = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Began => began.Task;

        public void GoOn() => goOn.SetResult();

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            began.TrySetResult();
            await goOn.Task.WithinAMinute();
            await base.WriteAsync(buffer, cancellationToken);
        }
    }
}
