using Dispatch.Worker.Database;
using Dispatch.Worker.Database.Writing;
using Dispatch.Worker.Subscribers.SignUp.Writing;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Worker.Subscribers.SignUp;

/// <summary>
/// Counts sign-ups. Simultaneous ones share a transaction, so the tally of the total is locked only once and briefly. A tally is locked
/// before it is read, so the limits hold across processes. On PostgreSQL, a failure of its machine may lose the counts of the last second.
/// </summary>
public sealed class SignUpCounter(DatabaseChoice choice, SqliteWriter sqlite, IDbContextFactory<DispatchDb> databases)
{
    private const int LargestGroup = 64;

    private readonly GroupWriter<SignUpCount> counts = new(group => PostgresTallies.CountAsync(databases, group), LargestGroup);

    /// <summary>Counts a sign-up. The count is stored when the task completes.</summary>
    internal Task CountAsync(SignUpCount count) => choice.IsPostgres ? counts.WriteAsync(count)
        : sqlite.WriteAsync(session => session.Of(one => new SqliteTallies(one)).Count(count));
}

/// <summary>A sign-up to be counted.</summary>
/// <param name="Keys">The tallies to which it may add.</param>
/// <param name="Looks">The tallies that it only reads.</param>
/// <param name="Step">Counts the sign-up. Runs again if the transaction fails.</param>
internal sealed record SignUpCount(byte[][] Keys, byte[][] Looks, Action<TallySheet> Step);

/// <summary>Tallies that are locked until the transaction ends. Several sign-ups add to them one after the other.</summary>
internal sealed class TallySheet
{
    private readonly Dictionary<string, SignUpTally> rows = [];
    private readonly HashSet<SignUpTally> changed = [];

    /// <param name="keys">The tallies' keys. A tally that has no row yet has ended.</param>
    public TallySheet(IEnumerable<byte[]> keys)
    {
        foreach (var key in keys)
            rows[Convert.ToHexString(key)] = new SignUpTally { Key = key };
    }

    public IReadOnlyCollection<SignUpTally> All => rows.Values;

    /// <summary>The tallies to be written.</summary>
    public IReadOnlyCollection<SignUpTally> Changed => changed;

    /// <summary>Takes in a tally's row.</summary>
    public void Add(byte[] key, DateTimeOffset endsAt, int count)
    {
        var row = rows[Convert.ToHexString(key)];
        (row.EndsAt, row.Count) = (endsAt, count);
    }

    /// <summary>
    /// Adds to a tally unless it is full. If its window has ended, a new window begins. Returns false if the tally was full.
    /// </summary>
    public bool Count(byte[] key, int by, int limit, DateTimeOffset now, TimeSpan window)
    {
        var row = rows[Convert.ToHexString(key)];
        if (row.EndsAt <= now)
            (row.EndsAt, row.Count) = (now + window, by);
        else if (row.Count < limit)
            row.Count += by;
        else
            return false;
        changed.Add(row);
        return true;
    }

    public int CountOf(byte[] key) => rows[Convert.ToHexString(key)].Count;

    public DateTimeOffset EndOf(byte[] key) => rows[Convert.ToHexString(key)].EndsAt;
}
