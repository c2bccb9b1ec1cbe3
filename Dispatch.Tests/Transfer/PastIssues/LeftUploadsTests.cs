using System.Text.Json;
using Dispatch.Tests.Support;
using Dispatch.Worker.Audit;
using Dispatch.Worker.Issues;
using Dispatch.Worker.Privacy;
using Dispatch.Worker.Transfer.PastIssues.Uploads;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Dispatch.Tests.Transfer.PastIssues;

/// <summary>Imports on the desk whose process ends in the middle.</summary>
[TestFixture(Provider.Sqlite)]
public class LeftUploadsTests(Provider provider) : PastIssueTest(provider)
{
    protected override bool OwnHost => true; // the tests restart it

    [Test]
    public async Task An_import_left_by_a_process_is_completed_by_the_next_one_without_a_visit()
    {
        var (left, deadly, elsewhere) = (await ReadyAsync("The road"), await ReadyAsync("The dam"), await ReadyAsync("The border"));
        foreach (var (id, tries) in new[] { (left, 0), (deadly, 5), (elsewhere, 0) })
            await LeavesAsync(id, tries);
        await StopAsync();
        using var held = new FileStream(Folder[$"uploads/{elsewhere}.lock"], FileMode.Create, FileAccess.Write, FileShare.None);
        await Uploads.WorkOn(left);
        await Uploads.WorkOn(deadly);
        await using var db = App.OpenDb();
        Assert.That(await db.Issues.Select(issue => issue.Subject).ToListAsync(), Is.EqualTo(new[] { "The road" }));
        Assert.That((Uploads.Find(left)!.State, Uploads.Find(deadly)!.State, Uploads.Find(elsewhere)!.State),
            Is.EqualTo((ArchiveUploadState.Done, ArchiveUploadState.Refused, ArchiveUploadState.Running)));
        Assert.That(Uploads.Find(deadly)!.Refusal, Does.Contain("ended 5 times"), "it must not end every process that starts");
        Assert.That(File.Exists(Folder[$"uploads/{left}.lock"]), Is.False);
    }

    private ArchiveUploads Uploads => App.Services.GetRequiredService<ArchiveUploads>();

    private async Task<string> ReadyAsync(string title)
    {
        using var zip = File.OpenRead(Zip(("a.md", Utf8($"---\ntitle: {title}\ndate: 2024-05-15\n---\nWords.\n"))));
        var id = await Uploads.TakeAsync("archive.zip", zip, new(null, null), false, Actor.CommandLine, CancellationToken.None);
        await Uploads.WorkOn(id);
        return id;
    }

    // Leaves what a process leaves that is killed after somebody has begun the import.
    private async Task LeavesAsync(string id, int tries)
    {
        var ready = Uploads.Find(id)!;
        Assert.That(ready.State, Is.EqualTo(ArchiveUploadState.Ready));
        var state = JsonSerializer.SerializeToUtf8Bytes(
            ready with { State = ArchiveUploadState.Running, Choices = ready.Choices with { IsDry = false }, Of = 1, Tries = tries });
        await File.WriteAllBytesAsync(Folder[$"uploads/{id}.state"],
            App.Services.GetRequiredService<KeyRing>().SealBytes(state, "archive.upload.state"));
        await File.WriteAllTextAsync(Folder[$"uploads/{id}.lock"], ""); // a killed process leaves the file, without its lock
    }
}
