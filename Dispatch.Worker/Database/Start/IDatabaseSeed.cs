namespace Dispatch.Worker.Database.Start;

/// <summary>A capability's preparation of the database before anything is served: rows that it needs, or checks that it makes.</summary>
public interface IDatabaseSeed
{
    /// <summary>Adds the rows that are missing. Runs at every start; other processes may run it at the same time.</summary>
    /// <exception cref="Settings.StartException">Dispatch must not serve from this database.</exception>
    Task SeedAsync(DispatchDb db, CancellationToken cancel);
}
