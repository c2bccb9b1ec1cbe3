using System.Security.Cryptography;
using System.Text.Json;
using Dispatch.Worker.Audit;
using Dispatch.Worker.Privacy;
using Dispatch.Worker.Settings;
using Dispatch.Worker.Transfer.PastIssues.Files;
using Dispatch.Worker.Transfer.Reading;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Dispatch.Worker.Transfer.PastIssues.Uploads;

/// <summary>
/// Imports past issues from archives uploaded to the desk: first a dry run, then, once a person has decided, the import. Both are done by
/// the process that received the upload, which also stores the pictures. The archive and the state of its import are in the data folder,
/// sealed, for a day at most. What a process leaves unfinished is continued by the next one that starts with this folder, or by any that
/// has it and finds nobody at work: whoever works on an archive holds a lock, which ends with the process.
/// </summary>
public sealed class ArchiveUploads(
    DataFolder data, KeyRing ring, IServiceScopeFactory scopes, IHostApplicationLifetime host, TimeProvider clock,
    ILogger<ArchiveUploads> log) : IAsyncDisposable, IDisposable
{
    private const string Folder = "uploads", Purpose = "archive.upload.state";
    private const long LargestArchive = 2L << 30;

    // An archive that ends the process must not do so at every start.
    private const int MostTries = 5;

    private static readonly TimeSpan KeptFor = TimeSpan.FromDays(1), NotedEvery = TimeSpan.FromSeconds(1),
        AskedAgainAfter = TimeSpan.FromSeconds(5);

    private readonly Lock gate = new();
    private readonly Dictionary<string, Task> works = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim one = new(1);

    /// <summary>Stores an archive and begins the dry run.</summary>
    /// <returns>The upload's id.</returns>
    /// <exception cref="UnreadableFileException">The file is empty or too large. Nothing was stored.</exception>
    public async Task<string> TakeAsync(
        string fileName, Stream content, PastImportChoices choices, bool fetchesPictures, Actor actor, CancellationToken cancel)
    {
        DeleteOld();
        var id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        data.Create(Folder);
        try
        {
            await Task.Run(() => SealedFile.Write(content, PathOf(id), ring, LargestArchive), cancel);
            Save(new()
            {
                Id = id,
                FileName = fileName,
                Choices = choices with { IsDry = true },
                FetchesPictures = fetchesPictures,
                Actor = actor.Name,
            });
        }
        catch
        {
            Drop(id);
            throw;
        }
        Start(id);
        return id;
    }

    /// <summary>Returns the state of an import, or null if it is unknown or was discarded. Continues an interrupted one.</summary>
    public ArchiveUpload? Find(string id)
    {
        if (Load(id) is not { } upload)
            return null;
        if (upload.IsAtWork)
            Start(id);
        return upload;
    }

    /// <summary>Continues every dry run and import that nobody is working on.</summary>
    public void ContinueLeft()
    {
        var folder = new DirectoryInfo(data.PathTo(Folder));
        if (folder.Exists)
            foreach (var archive in folder.EnumerateFiles("*.sealed"))
                Start(Path.GetFileNameWithoutExtension(archive.Name));
    }

    /// <summary>Decides to import an examined archive. Returns false if that was decided before.</summary>
    public bool Begin(string id, Actor actor)
    {
        if (Load(id) is not { State: ArchiveUploadState.Ready } upload)
            return false;
        Save(upload with
        {
            State = ArchiveUploadState.Running,
            Choices = upload.Choices with { IsDry = false },
            Actor = actor.Name,
            Done = 0,
            Of = upload.Report!.Lines.Count,
        });
        Start(id);
        return true;
    }

    /// <summary>Discards an examined archive instead of importing it. Returns false if somebody has decided about it before.</summary>
    public bool Discard(string id)
    {
        if (Load(id) is not { State: ArchiveUploadState.Ready })
            return false;
        Drop(id);
        return true;
    }

    // Deletes an archive that is not being worked on, with what was found out about it.
    private void Drop(string id)
    {
        if (!IsId(id) || !WorkOn(id).IsCompleted)
            return;
        File.Delete(PathOf(id));
        File.Delete(StatePathOf(id));
        File.Delete(UnsavedPathOf(id));
        File.Delete(LockPathOf(id));
    }

    /// <summary>Deletes archives that nobody has decided about for a day, and reports of that age.</summary>
    public void DeleteOld()
    {
        var folder = new DirectoryInfo(data.PathTo(Folder));
        if (folder.Exists)
            foreach (var file in folder.EnumerateFiles())
                if (file.LastWriteTimeUtc < clock.GetUtcNow().UtcDateTime - KeptFor)
                    Drop(file.Name.Split('.')[0]);
    }

    /// <summary>Completes when this process has finished its work on an upload.</summary>
    public Task WorkOn(string id)
    {
        lock (gate)
            return works.GetValueOrDefault(id, Task.CompletedTask);
    }

    /// <summary>Waits until the work under way has stopped, so that the next process finds the archives free.</summary>
    public async ValueTask DisposeAsync()
    {
        Task[] left;
        lock (gate)
            left = [.. works.Values];
        await Task.WhenAll(left).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Dispose();
    }

    public void Dispose() => one.Dispose();

    private void Start(string id)
    {
        lock (gate)
        {
            foreach (var done in works.Where(work => work.Value.IsCompleted).Select(work => work.Key).ToList())
                works.Remove(done);
            if (!works.ContainsKey(id))
                works[id] = Task.Run(() => WorkAsync(id, host.ApplicationStopping), CancellationToken.None);
        }
    }

    private async Task WorkAsync(string id, CancellationToken stopping)
    {
        FileStream? alone;
        while ((alone = TakeAlone(id)) is null)
        {
            if (Load(id) is not { IsAtWork: true })
                return;
            await Task.Delay(AskedAgainAfter, clock, stopping); // the other process may be about to end
        }
        using var held = alone;
        await one.WaitAsync(stopping);
        try
        {
            if (Load(id) is not { IsAtWork: true } left)
                return;
            var upload = left with { Tries = left.Tries + 1 };
            try
            {
                if (left.Tries == MostTries)
                    throw new UnreadableFileException($"The process ended {MostTries} times while it worked on this file. What was "
                        + "imported stays. Send the file in parts, or use issues import.");
                Save(upload);
                var report = await ImportAsync(upload, stopping);
                Save(upload with
                {
                    State = upload.State is ArchiveUploadState.Looking ? ArchiveUploadState.Ready : ArchiveUploadState.Done,
                    Report = report,
                    Tries = 0,
                });
            }
            catch (Exception) when (stopping.IsCancellationRequested)
            {
                Save(left); // the next process continues
            }
            catch (UnreadableFileException unreadable)
            {
                Save(upload with { State = ArchiveUploadState.Refused, Refusal = unreadable.Message });
            }
            catch (Exception fault)
            {
                log.LogError(fault, "The import of past issues {Upload} failed", id);
                Save(upload with
                {
                    State = ArchiveUploadState.Refused,
                    Refusal = "Something went wrong; the log has the details. What was imported stays: send the file again to continue.",
                });
            }
            if (Load(id) is { State: ArchiveUploadState.Done or ArchiveUploadState.Refused })
                File.Delete(PathOf(id));
        }
        finally
        {
            one.Release();
        }
    }

    private async Task<PastImportReport> ImportAsync(ArchiveUpload upload, CancellationToken stopping)
    {
        await using var scope = scopes.CreateAsyncScope();
        using var files = ArchiveFiles.Open(upload.FileName, () => SealedFile.Open(PathOf(upload.Id), ring));
        var noted = clock.GetUtcNow();
        return await scope.ServiceProvider.GetRequiredService<PastIssueImport>().RunAsync(files, upload.Choices,
            upload.FetchesPictures ? scope.ServiceProvider.GetRequiredService<PictureFetch>() : null, new Actor(upload.Actor), Note,
            stopping);

        void Note(int done)
        {
            if (clock.GetUtcNow() - noted < NotedEvery)
                return;
            noted = clock.GetUtcNow();
            Save(upload with { Done = done });
        }
    }

    private ArchiveUpload? Load(string id)
    {
        try
        {
            return !IsId(id) ? null
                : JsonSerializer.Deserialize<ArchiveUpload>(ring.OpenBytes(File.ReadAllBytes(StatePathOf(id)), Purpose));
        }
        catch (Exception fault) when (fault is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    private void Save(ArchiveUpload upload)
    {
        var path = UnsavedPathOf(upload.Id);
        File.WriteAllBytes(path, ring.SealBytes(JsonSerializer.SerializeToUtf8Bytes(upload), Purpose));
        File.Move(path, StatePathOf(upload.Id), overwrite: true);
    }

    // Returns null if another process is working on the archive.
    private FileStream? TakeAlone(string id)
    {
        try
        {
            return new(LockPathOf(id), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
        }
        catch (IOException)
        {
            return null;
        }
    }

    private string PathOf(string id) => data.PathTo(Folder, $"{id}.sealed");

    private string StatePathOf(string id) => data.PathTo(Folder, $"{id}.state");

    private string UnsavedPathOf(string id) => $"{StatePathOf(id)}.new";

    private string LockPathOf(string id) => data.PathTo(Folder, $"{id}.lock");

    private static bool IsId(string id) => id.Length == 32 && id.All(char.IsAsciiHexDigitLower);
}
