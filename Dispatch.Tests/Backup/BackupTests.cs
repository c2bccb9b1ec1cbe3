using System.IO.Compression;
using System.Text.Json.Nodes;
using Dispatch.Tests.Support;
using Dispatch.Worker.Backup;
using Dispatch.Worker.Database;
using Dispatch.Worker.Hosting;
using Dispatch.Worker.Issues;
using Dispatch.Worker.Newsletters;
using Dispatch.Worker.Privacy;
using Dispatch.Worker.Staff;
using Dispatch.Worker.Subscribers;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Dispatch.Tests.Backup;

/// <summary>What <c>backup</c> writes, <c>restore</c> brings back: all of it, or nothing, and nothing happens twice.</summary>
[TestFixture(Provider.Sqlite), TestFixture(Provider.Postgres, Category = Needs.Postgres)]
public class BackupTests(Provider provider) : BackupTest(provider)
{
    [Test]
    public Task Everything_comes_back() => AssertEverythingComesBackAsync(Provider);

    [Test]
    public async Task An_issue_that_was_scheduled_is_held_because_it_may_have_gone_out_since()
    {
        await Given.ConfirmedSubscribers(2);
        var issue = await Given.ScheduledIssue(Clock.GetUtcNow().AddDays(8));
        await BackUpAsync();
        var said = await RestoreAsync(NewPlace(Provider));

        Clock.Advance(TimeSpan.FromDays(30));
        await Restored.RunUntilIdle();

        Assert.That(Smtp.Mails, Is.Empty);
        Assert.That(await Restored.Issue(issue), Has.Property("State").EqualTo(IssueState.Held)
            .And.Property("LastError").Contains("24 November 2026, 09:00 UTC").And.Property("LastError").Contains("schedule it again"));
        Assert.That(said, Does.Contain("1 scheduled, now held").And.Contain("unsubscribed"));
    }

    [Test]
    public async Task A_backup_in_the_middle_of_an_issue_adds_up_and_mails_nobody_once_restored()
    {
        await Given.ConfirmedSubscribers(200);
        var issue = await Given.IssueDueNow();
        var mails = 0;
        Smtp.OnMail = _ =>
        {
            if (Interlocked.Increment(ref mails) == 70)
                BackUpAsync().GetAwaiter().GetResult();
        };
        await App.RunUntilIdle();
        Assert.That(await App.Progress(issue), Has.Property("Accepted").EqualTo(200), "the backup didn't hold up the issue");

        await RestoreAsync(NewPlace(Provider));
        Clock.Advance(TimeSpan.FromHours(1));
        await Restored.RunUntilIdle();

        Assert.That(Smtp.Recipients, Is.Unique.And.Count.EqualTo(200));
        Assert.That((await Restored.Issue(issue)).State, Is.EqualTo(IssueState.Paused));
        var progress = await Restored.Progress(issue);
        Assert.That(progress, Has.Property("Audience").EqualTo(200));
        Assert.That(progress.Accepted + progress.Pending + progress.Uncertain + progress.Deferred + progress.Rejected
            + progress.Cancelled + progress.Excluded.Values.Sum(), Is.EqualTo(200));
    }

    [Test]
    public async Task A_deleted_readers_number_never_comes_again_because_old_links_name_it()
    {
        var last = (await Given.ConfirmedSubscribers(3))[^1].SubscriberId;
        await using (var db = App.OpenDb())
            await db.Subscribers.Where(reader => reader.Id == last).ExecuteDeleteAsync();
        await BackUpAsync();
        await RestoreAsync(NewPlace(Provider));
        Assert.That((await new Given(Restored).ConfirmedSubscriber("new@example.org")).SubscriberId, Is.GreaterThan(last));
    }

    [Test]
    public async Task Sessions_end_because_some_may_have_been_ended_since()
    {
        await SignedIn.As(App, StaffRoles.Admin);
        await BackUpAsync();
        var said = await RestoreAsync(NewPlace(Provider));
        await using var db = Restored.OpenDb();
        Assert.That((await db.StaffSessions.CountAsync(), await db.Users.CountAsync()), Is.EqualTo((0, 1)));
        Assert.That(said, Does.Contain("sign in again"));
    }

    [Test]
    public async Task A_database_in_use_is_left_as_it_is()
    {
        await Given.ConfirmedSubscribers(1);
        await BackUpAsync();
        await Given.ConfirmedSubscriber("later@example.org");
        await StopAsync();
        var fault = await RefusedAsync(new Place(Folder.Path, ProcessSettings().Last(setting => setting.Key == DatabaseChoice.Key).Value));
        Assert.That(fault, Does.Contain("is not empty. Nothing was changed in it."));
        await using var db = App.OpenDb();
        Assert.That(await db.Subscribers.CountAsync(), Is.EqualTo(2));
    }

    [TestCase(null, "is missing, and the backup's readers are sealed with it")]
    [TestCase("another", "is not the one with which the backup's readers are sealed")]
    public async Task Without_its_key_file_nothing_is_created(string? keys, string expected)
    {
        await Given.ConfirmedSubscribers(1);
        await BackUpAsync();
        var place = NewPlace(Provider.Sqlite, withKeys: false);
        if (keys is not null)
            KeyRing.LoadOrCreate(Path.Combine(place.Folder, "keys", "readers.json"), Clock);
        Assert.That(await RefusedAsync(place), Does.Contain(expected));
        Assert.That(Directory.EnumerateFiles(place.Folder, "dispatch.db"), Is.Empty);
        Assert.That(Path.Exists(Path.Combine(place.Folder, "keys", "readers.json")), Is.EqualTo(keys is not null));
    }

    [Test]
    public async Task A_damaged_backup_is_refused_and_leaves_nothing_behind([Values] Damage damage)
    {
        await Given.ConfirmedSubscribers(60);
        await AddPictureAsync(await Given.Draft());
        await BackUpAsync();
        Do(damage);
        var place = NewPlace(Provider);
        Assert.That(await RefusedAsync(place),
            Does.StartWith(damage is Damage.NewerFormat ? "The backup was made by" : "The backup is damaged"));

        await BackUpAsync(); // and then a good one can be restored in the same place
        await RestoreAsync(place);
        await using var db = Restored.OpenDb();
        Assert.That(await db.Subscribers.CountAsync(), Is.EqualTo(60));
    }

    public enum Damage
    {
        Truncated, NoZip, RowMissing, ByteChanged, PictureChanged, TableMissing, PathOutside, NewerFormat,
    }

    [Test]
    public async Task A_backup_of_an_older_version_is_upgraded()
    {
        await BackUpAsync();
        Rewrite(File, (name, text) => name switch
        {
            BackupManifest.EntryName => Manifest(text, manifest =>
            {
                manifest["migration"] = "Initial";
                manifest["dispatch"] = "0.1.0";
                foreach (var table in manifest["tables"]!.AsArray().Where(table => (string?)table!["name"] is not "KeyRingMarks").ToList())
                    manifest["tables"]!.AsArray().Remove(table);
            }),
            _ => text,
        });
        await RestoreAsync(NewPlace(Provider));
        await using var db = Restored.OpenDb();
        Assert.That(await db.Database.GetPendingMigrationsAsync(), Is.Empty);
        Assert.That(await db.Newsletters.CountAsync(), Is.EqualTo(1), "made by the start, as in any new database");
    }

    [Test]
    public async Task A_backup_of_a_newer_version_is_refused()
    {
        await BackUpAsync();
        Rewrite(File, (name, text) => name is BackupManifest.EntryName ? Manifest(text, manifest =>
        {
            manifest["migration"] = "TheFuture";
            manifest["dispatch"] = "9.0.0";
        }) : text);
        Assert.That(await RefusedAsync(NewPlace(Provider)), Does.Contain("made by Dispatch 9.0.0").And.Contain("use that version"));
    }

    [Test]
    public async Task Doctor_tells_when_the_last_backup_was_made_and_warns_after_a_week()
    {
        Assert.That(await BackupFindingAsync(), Is.EqualTo(FindingGrade.Warning), "none was made yet");
        await BackUpAsync();
        Assert.That(await BackupFindingAsync(), Is.EqualTo(FindingGrade.Ok));
        Clock.Advance(TimeSpan.FromDays(8));
        Assert.That(await BackupFindingAsync(), Is.EqualTo(FindingGrade.Warning));
    }

    private async Task<FindingGrade> BackupFindingAsync()
    {
        var grade = (FindingGrade?)null;
        await foreach (var finding in App.Services.GetRequiredService<Doctor>().ExamineAsync(askOthers: false, CancellationToken.None))
            if (finding.About is "backup")
                grade = finding.Grade;
        return grade!.Value;
    }

    private void Do(Damage damage)
    {
        switch (damage)
        {
            case Damage.Truncated:
                using (var file = new FileStream(File, FileMode.Open))
                    file.SetLength(file.Length * 2 / 3);
                break;
            case Damage.NoZip:
                System.IO.File.WriteAllText(File, "email,name\n");
                break;
            case Damage.TableMissing:
                using (var zip = ZipFile.Open(File, ZipArchiveMode.Update))
                    zip.GetEntry("tables/Subscriptions.jsonl")!.Delete();
                break;
            case Damage.PathOutside:
                Rewrite(File, (name, text) => name is BackupManifest.EntryName
                    ? text.Replace("media/", "media/../../", StringComparison.Ordinal) : text);
                break;
            case Damage.NewerFormat:
                Rewrite(File, (name, text) => name is BackupManifest.EntryName ? Manifest(text, manifest => manifest["format"] = 2) : text);
                break;
            case Damage.RowMissing:
                Rewrite(File, (name, text) => name is "tables/Subscribers.jsonl"
                    ? text[..(text.LastIndexOf('\n', text.Length - 2) + 1)] : text);
                break;
            case Damage.ByteChanged:
                Rewrite(File, (name, text) => name is "tables/Subscribers.jsonl"
                    ? text.Replace("2026-11-24", "2026-11-23", StringComparison.Ordinal) : text);
                break;
            case Damage.PictureChanged:
                using (var zip = ZipFile.Open(File, ZipArchiveMode.Update))
                using (var picture = zip.Entries.First(entry => entry.Name.EndsWith(".jpg", StringComparison.Ordinal)).Open())
                    picture.WriteByte(0);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(damage));
        }
    }

    private static string Manifest(string text, Action<JsonNode> change)
    {
        var manifest = JsonNode.Parse(text)!;
        change(manifest);
        return manifest.ToJsonString();
    }

    private static void Rewrite(string path, Func<string, string, string> change)
    {
        using var zip = ZipFile.Open(path, ZipArchiveMode.Update);
        foreach (var entry in zip.Entries.Where(entry => !entry.FullName.StartsWith("files/", StringComparison.Ordinal)).ToList())
        {
            string text;
            using (var reader = new StreamReader(entry.Open()))
                text = reader.ReadToEnd();
            if (change(entry.FullName, text) is var changed && changed == text)
                continue;
            entry.Delete();
            using var writer = new StreamWriter(zip.CreateEntry(entry.FullName).Open());
            writer.Write(changed);
        }
    }
}
