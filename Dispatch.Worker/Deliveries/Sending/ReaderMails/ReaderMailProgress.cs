using System.Globalization;
using Hangfire;
using Hangfire.Common;
using Hangfire.Dashboard;
using Hangfire.Storage;
using Microsoft.Extensions.Logging;

namespace Dispatch.Worker.Deliveries.Sending.ReaderMails;

/// <summary>
/// How far the messages to individual readers have got, for the dashboard. The figures are kept in Hangfire's storage, where any process
/// can read them, and are written only if there is more than one group to send.
/// </summary>
public sealed class ReaderMailProgress(JobStorage storage, ReaderMailClaims queue, TimeProvider clock, ILogger<ReaderMailProgress> log)
{
    private const string Key = "dispatch:readers-mails";
    private const string Taken = "taken", All = "all";

    private static readonly TimeSpan Every = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan KeptFor = TimeSpan.FromMinutes(1); // after this, the figures of a killed process disappear

    private long? written;
    private int taken;

    /// <summary>Notes that a group of messages was claimed.</summary>
    /// <param name="mails">The number of messages in the group.</param>
    /// <param name="isFull">Whether more messages may be waiting than the group could hold.</param>
    internal async Task ClaimedAsync(int mails, bool isFull)
    {
        var before = taken;
        taken += mails;
        if (!isFull || (written is { } last && clock.GetElapsedTime(last) < Every))
            return;
        written = clock.GetTimestamp();
        await TryAsync(async () =>
        {
            var due = await queue.CountAsync(CancellationToken.None);
            using var connection = storage.GetConnection();
            using var transaction = (JobStorageTransaction)connection.CreateWriteTransaction();
            transaction.SetRangeInHash(Key, new Dictionary<string, string>
            {
                [Taken] = Text(taken),
                [All] = Text(Math.Max(before + due, taken)),
            });
            transaction.ExpireHash(Key, KeptFor);
            transaction.Commit();
        });
    }

    internal async Task EndAsync()
    {
        if (written is not null)
            await TryAsync(() =>
            {
                using var connection = storage.GetConnection();
                using var transaction = connection.CreateWriteTransaction();
                transaction.RemoveHash(Key);
                transaction.Commit();
                return Task.CompletedTask;
            });
        (written, taken) = (null, 0);
    }

    /// <summary>Returns how many messages were claimed so far and how many there are in all, or null if there is little to send.</summary>
    internal static (int Taken, int All)? Read(JobStorage storage)
    {
        using var connection = storage.GetConnection();
        return connection.GetAllEntriesFromHash(Key) is { } row
            && row.TryGetValue(Taken, out var taken) && row.TryGetValue(All, out var all)
            ? (int.Parse(taken, CultureInfo.InvariantCulture), int.Parse(all, CultureInfo.InvariantCulture)) : null;
    }

    // Logs a failure and goes on: the figures are only for display.
    private async Task TryAsync(Func<Task> write)
    {
        try
        {
            await write();
        }
        catch (Exception fault)
        {
            log.LogWarning("The dashboard does not show how far the mails to readers are: {Fault}", fault.Message);
        }
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}

/// <summary>Names the job on the dashboard, and adds its progress if it has much to do.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ReaderMailJobNameAttribute() : JobDisplayNameAttribute("Transactional emails")
{
    public override string Format(DashboardContext context, Job job) => ReaderMailProgress.Read(context.Storage) is var (taken, all)
        ? string.Create(CultureInfo.InvariantCulture, $"{DisplayName}, {taken:N0} of {all:N0}") : DisplayName;
}
