using System.Data.Common;
using Dispatch.Worker.Bounces.Consequences;
using Dispatch.Worker.Database;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Dispatch.Worker.Bounces.Mailboxes;

/// <summary>
/// Reads one mailbox. Each message's effect is committed before the message is put aside. If anything fails in between, the message is
/// read again. It has no second effect, unless it is a letter, which is forwarded again. Only one process at a time reads a mailbox, under
/// a lease.
/// </summary>
internal sealed class MailboxReader(
    int number, MailboxSettings settings, IServiceScopeFactory scopes, IDbContextFactory<DispatchDb> databases, DatabaseClock leases,
    ReadingPace pace, TimeProvider clock, ILogger log)
{
    /// <summary>
    /// How many messages are put aside with one command. The server may search the whole mailbox for each command, so a full one is put
    /// aside in large pieces. After a crash, as many verdicts are recorded again, without a second effect. A letter doesn't wait, because
    /// it would be forwarded again.
    /// </summary>
    private const int AsideAtOnce = 500;

    private static readonly TimeSpan LeaseFor = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan RenewAfter = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestIdle = TimeSpan.FromMinutes(4); // within the lease, and RFC 2177's 29 minutes

    private readonly MailboxUrl url = MailboxUrl.TryParse(settings.Url, out var parsed, out var fault) ? parsed
        : throw new Settings.StartException($"Bounces:Mailboxes:{number}:Url {fault}");
    private readonly string lease = $"{Environment.MachineName}/{Environment.ProcessId}/{Guid.NewGuid():N}";
    private string? told;
    private long leasedAt;

    /// <inheritdoc cref="MailboxState.NameOf"/>
    public string Name => MailboxState.NameOf(number, url);

    /// <summary>Reads the mailbox again and again, until the process ends.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            await ReadAsync(waits: true, stopping);
            try
            {
                await Task.Delay(settings.Every, clock, stopping);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    /// <summary>
    /// Reads what is in the mailbox and, with <paramref name="waits"/>, what arrives while the connection holds. Never throws because of
    /// the mailbox or the database.
    /// </summary>
    /// <returns>The number of messages that were put aside.</returns>
    public async Task<int> ReadAsync(bool waits, CancellationToken stopping)
    {
        var done = 0;
        try
        {
            if (!await LeaseAsync(stopping))
                return 0;
            await using IMailboxSession session = url.IsImap ? await ImapSession.OpenAsync(url, stopping)
                : await Pop3Session.OpenAsync(url, Name, databases, stopping);
            do
            {
                done += await DrainAsync(session, stopping);
                await SucceedAsync(stopping);
            }
            while (waits && await LeaseAsync(stopping)
                && await session.WaitAsync(settings.Every < LongestIdle ? settings.Every : LongestIdle, stopping)
                && await LeaseAsync(stopping));
        }
        catch (Exception fault) when (stopping.IsCancellationRequested && MailboxFaults.IsOfTheServer(fault))
        {
            // The process is ending, which may break the connection. Messages not yet put aside will be read again.
        }
        catch (Exception fault) when (IsOfTheDatabase(fault))
        {
            log.LogError("Mailbox {Mailbox} waits for the database: {Fault}", Name, fault.GetBaseException().Message);
        }
        catch (Exception fault) when (MailboxFaults.IsOfTheServer(fault))
        {
            await FailAsync(MailboxFaults.Words(fault));
        }
        catch (Exception fault)
        {
            log.LogError("Mailbox {Mailbox} can't be read: {Fault}", Name, fault.GetType().Name);
            await FailAsync("a fault in Dispatch prevents reading it");
        }
        await ReleaseAsync();
        return done;
    }

    private async Task<int> DrainAsync(IMailboxSession session, CancellationToken stopping)
    {
        var done = 0;
        var aside = new List<(string Name, IntakeResult Result)>();
        try
        {
            foreach (var names in (await session.NewAsync(stopping)).Chunk(Recording.GroupSize))
            {
                stopping.ThrowIfCancellationRequested();
                if (clock.GetElapsedTime(leasedAt) > RenewAfter && !await LeaseAsync(stopping))
                    break;
                var began = clock.GetTimestamp();
                var (judged, before) = (new List<(string Name, Taken Taken)>(), aside.Count);
                await session.ReadAsync(names, async (name, bytes) =>
                {
                    var taken = await TakeAsync(bytes, stopping);
                    if (taken.Judged is not null)
                        judged.Add((name, taken));
                    else
                        aside.Add((name, taken.Result));
                }, stopping);
                var verdictsAlone = aside.Count == before;
                aside.AddRange(await RecordAsync(judged, stopping));
                if (!verdictsAlone || aside.Count >= AsideAtOnce)
                {
                    done += await PutAsideAsync(session, aside, CancellationToken.None);
                    aside.Clear();
                }
                await Task.Delay(pace.RestAfter(clock.GetElapsedTime(began)), clock, stopping);
            }
        }
        catch
        {
            await TryPutAsideAsync(session, aside);
            throw;
        }
        return done + await PutAsideAsync(session, aside, CancellationToken.None);
    }

    // What took effect before a fault must not take effect again. The fault itself is the one to tell.
    private async Task TryPutAsideAsync(IMailboxSession session, List<(string Name, IntakeResult Result)> aside)
    {
        try
        {
            await PutAsideAsync(session, aside, CancellationToken.None);
        }
        catch (Exception fault)
        {
            log.LogWarning("Mailbox {Mailbox}: {Messages} messages will be read again: {Fault}", Name, aside.Count, fault.GetType().Name);
        }
    }

    private async Task<Taken> TakeAsync(byte[] bytes, CancellationToken stopping)
    {
        await using var scope = scopes.CreateAsyncScope();
        try
        {
            return await scope.ServiceProvider.GetRequiredService<Intake>().JudgeAsync(bytes, stopping);
        }
        catch (Exception fault) when (IsOfOneMessage(fault))
        {
            return new(Unclear(fault), null);
        }
    }

    // Records the verdicts of a group together, and one by one if one of them trips over a fault of ours.
    private async Task<List<(string Name, IntakeResult Result)>> RecordAsync(
        List<(string Name, Taken Taken)> group, CancellationToken stopping)
    {
        var judged = group.Select(one => one.Taken.Judged).OfType<Judged>().ToList();
        try
        {
            if (judged.Count > 0)
                await RecordAsync(recording => recording.RecordAllAsync(judged, stopping));
            return [.. group.Select(one => (one.Name, one.Taken.Result))];
        }
        catch (Exception fault) when (IsOfOneMessage(fault) && judged.Count > 1)
        {
            var results = new List<(string, IntakeResult)>();
            foreach (var one in group)
                results.AddRange(await RecordAsync([one], stopping));
            return results;
        }
        catch (Exception fault) when (IsOfOneMessage(fault))
        {
            return [.. group.Select(one => (one.Name, Unclear(fault)))];
        }
    }

    private async Task RecordAsync(Func<Recording, Task> record)
    {
        await using var scope = scopes.CreateAsyncScope();
        await record(scope.ServiceProvider.GetRequiredService<Recording>());
    }

    private static bool IsOfOneMessage(Exception fault) => !TransientErrors.Is(fault) && fault is not OperationCanceledException;

    // A message that triggers a bug is kept for a person, and the next one is read.
    private IntakeResult Unclear(Exception fault)
    {
        log.LogError("Mailbox {Mailbox}: a message can't be processed: {Fault}", Name, fault.GetType().Name);
        return IntakeResult.Unclear;
    }

    private async Task<int> PutAsideAsync(
        IMailboxSession session, List<(string Name, IntakeResult Result)> group, CancellationToken stopping)
    {
        group.RemoveAll(one => one.Result is IntakeResult.Later);
        if (group.Count == 0)
            return 0;
        await session.PutAsideAsync(group, stopping);
        var (read, unclear) = (group.Count(one => one.Result is IntakeResult.Read), group.Count(one => one.Result is IntakeResult.Unclear));
        await using var db = databases.CreateDbContext();
        await State(db).ExecuteUpdateAsync(set => set.SetProperty(s => s.Read, s => s.Read + read)
            .SetProperty(s => s.Unclear, s => s.Unclear + unclear), stopping);
        return read + unclear;
    }

    private async Task<bool> LeaseAsync(CancellationToken cancel)
    {
        leasedAt = clock.GetTimestamp();
        await using var db = databases.CreateDbContext();
        var now = await leases.NowAsync(db, cancel);
        if (await State(db).Where(s => s.LeasedBy == lease || s.LeasedUntil == null || s.LeasedUntil < now)
            .ExecuteUpdateAsync(set => set.SetProperty(s => s.LeasedBy, lease).SetProperty(s => s.LeasedUntil, now + LeaseFor), cancel) > 0)
            return true;
        if (await State(db).AnyAsync(cancel))
            return false;
        db.MailboxStates.Add(new MailboxState { Mailbox = Name, LeasedBy = lease, LeasedUntil = now + LeaseFor });
        try
        {
            await db.SaveChangesAsync(cancel);
            return true;
        }
        catch (DbUpdateException fault) when (!TransientErrors.Is(fault))
        {
            return false; // another process made the row first
        }
    }

    // Lets another process read the mailbox. If the database can't be reached, the lease expires on its own.
    private async Task ReleaseAsync()
    {
        try
        {
            await using var db = databases.CreateDbContext();
            await State(db).Where(s => s.LeasedBy == lease).ExecuteUpdateAsync(set => set.SetProperty(s => s.LeasedUntil,
                (DateTimeOffset?)null));
        }
        catch (Exception fault) when (TransientErrors.Is(fault))
        {
            log.LogWarning("Mailbox {Mailbox} stays leased for some minutes: {Fault}", Name, fault.GetBaseException().Message);
        }
    }

    private async Task SucceedAsync(CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        await using var db = databases.CreateDbContext();
        await State(db).ExecuteUpdateAsync(set => set.SetProperty(s => s.ReadAt, now).SetProperty(s => s.Fault, (string?)null)
            .SetProperty(s => s.FaultAt, (DateTimeOffset?)null), cancel);
        if (told is not null)
            log.LogInformation("Mailbox {Mailbox} is read again", Name);
        told = null;
    }

    // Logged once, and again when the reason changes.
    private async Task FailAsync(string why)
    {
        if (told != why)
            log.LogError("Mailbox {Mailbox} can't be read: {Fault}", Name, why);
        told = why;
        try
        {
            var now = clock.GetUtcNow();
            await using var db = databases.CreateDbContext();
            await State(db).ExecuteUpdateAsync(set => set.SetProperty(s => s.Fault, why).SetProperty(s => s.FaultAt, s =>
                s.FaultAt ?? now));
        }
        catch (Exception fault) when (TransientErrors.Is(fault))
        {
            log.LogError("Mailbox {Mailbox} waits for the database: {Fault}", Name, fault.GetBaseException().Message);
        }
    }

    // A broken mailbox connection also contains a SocketException, so that alone proves nothing.
    private static bool IsOfTheDatabase(Exception? fault)
    {
        for (; fault is not null; fault = fault.InnerException)
            if (fault is DbException)
                return true;
        return false;
    }

    private IQueryable<MailboxState> State(DispatchDb db) => db.MailboxStates.Where(s => s.Mailbox == Name);
}
