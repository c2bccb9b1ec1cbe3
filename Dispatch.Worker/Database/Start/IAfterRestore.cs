namespace Dispatch.Worker.Database.Start;

/// <summary>
/// Corrects one part of Dispatch in a database that was restored from a backup, so that nothing acts as if no time had passed since.
/// </summary>
public interface IAfterRestore
{
    /// <summary>
    /// Runs in the transaction that restores the tables. They may be an older version's: use only columns that all versions have.
    /// </summary>
    /// <param name="db">The restored database.</param>
    /// <param name="at">The moment that the backup shows.</param>
    /// <param name="cancel">Cancels the operation.</param>
    /// <returns>What was done and what people must do, in sentences. Null if nothing was.</returns>
    Task<string?> RunAsync(DispatchDb db, DateTimeOffset at, CancellationToken cancel);
}
