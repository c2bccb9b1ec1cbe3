namespace Dispatch.Worker.Database.Start;

/// <summary>Prepares the database for one part of Dispatch before anything is served, by adding rows or making checks.</summary>
public interface IDatabaseSeed
{
    /// <summary>Adds the rows that are missing. Runs at every start; other processes may run it at the same time.</summary>
    /// <exception cref="Settings.StartException">Dispatch must not serve from this database.</exception>
    Task SeedAsync(DispatchDb db, CancellationToken cancel);
}
