namespace Dispatch.Worker.Database.Start;

/// <summary>What a room needs to have in a database, or to know of it, before anything serves.</summary>
public interface IDatabaseSeed
{
    /// <summary>Adds what is missing, at every start. Other processes may be doing the same just now.</summary>
    /// <exception cref="Settings.StartException">Dispatch must not serve from this database.</exception>
    Task SeedAsync(DispatchDb db, CancellationToken cancel);
}
