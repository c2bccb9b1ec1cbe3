using System.Data.Common;
using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Dispatch.Worker.Database;

/// <summary>
/// Counts this process's committed writes to some tables, so a cache of their rows can tell when to read again. Writes of other processes
/// are not counted.
/// </summary>
/// <param name="tables">The tables whose writes are counted.</param>
public sealed class CommittedWrites(params string[] tables)
{
    private readonly string[] quoted = [.. tables.Select(table => $"\"{table}\"")];
    private readonly ConditionalWeakTable<DbContext, Pending> pending = [];
    private long count;

    /// <summary>The number of commits so far that wrote to one of the tables.</summary>
    public long Count => Volatile.Read(ref count);

    /// <summary>Adds one to the count by hand, for tests and for writes that did not go through EF.</summary>
    public void Add() => Interlocked.Increment(ref count);

    internal IEnumerable<IInterceptor> Interceptors() => [new Commands(this), new Commits(this), new Saves(this)];

    private bool Writes(string sql) =>
        (sql.Contains("INSERT ", StringComparison.Ordinal) || sql.Contains("UPDATE ", StringComparison.Ordinal)
            || sql.Contains("DELETE ", StringComparison.Ordinal))
        && Array.Exists(quoted, table => sql.Contains(table, StringComparison.Ordinal));

    private void Wrote(DbContext? context)
    {
        if (context is null)
            Add();
        else
            pending.GetOrCreateValue(context).Any = true;
    }

    private void Committed(DbContext? context)
    {
        if (context is null || !pending.TryGetValue(context, out var writes) || !writes.Any)
            return;
        writes.Any = false;
        Add();
    }

    private sealed class Pending
    {
        public bool Any { get; set; }
    }

    private sealed class Commands(CommittedWrites writes) : DbCommandInterceptor
    {
        // EF runs an INSERT that returns new keys as a query. Its commit is noted elsewhere, because the rows are still being read here.
        public override DbDataReader ReaderExecuted(DbCommand command, CommandExecutedEventData eventData, DbDataReader result)
        {
            if (writes.Writes(command.CommandText))
                writes.Wrote(eventData.Context);
            return result;
        }

        public override ValueTask<DbDataReader> ReaderExecutedAsync(DbCommand command, CommandExecutedEventData eventData,
            DbDataReader result, CancellationToken cancellationToken = default) =>
            ValueTask.FromResult(ReaderExecuted(command, eventData, result));

        public override int NonQueryExecuted(DbCommand command, CommandExecutedEventData eventData, int result)
        {
            if (result == 0 || !writes.Writes(command.CommandText))
                return result;
            writes.Wrote(eventData.Context);
            if (command.Transaction is null)
                writes.Committed(eventData.Context);
            return result;
        }

        public override ValueTask<int> NonQueryExecutedAsync(
            DbCommand command, CommandExecutedEventData eventData, int result, CancellationToken cancellationToken = default) =>
            ValueTask.FromResult(NonQueryExecuted(command, eventData, result));
    }

    private sealed class Commits(CommittedWrites writes) : DbTransactionInterceptor
    {
        public override void TransactionCommitted(DbTransaction transaction, TransactionEndEventData eventData) =>
            writes.Committed(eventData.Context);

        public override Task TransactionCommittedAsync(
            DbTransaction transaction, TransactionEndEventData eventData, CancellationToken cancellationToken = default)
        {
            writes.Committed(eventData.Context);
            return Task.CompletedTask;
        }
    }

    private sealed class Saves(CommittedWrites writes) : SaveChangesInterceptor
    {
        public override int SavedChanges(SaveChangesCompletedEventData eventData, int result)
        {
            if (eventData.Context?.Database.CurrentTransaction is null)
                writes.Committed(eventData.Context);
            return result;
        }

        public override ValueTask<int> SavedChangesAsync(
            SaveChangesCompletedEventData eventData, int result, CancellationToken cancellationToken = default) =>
            ValueTask.FromResult(SavedChanges(eventData, result));
    }
}
