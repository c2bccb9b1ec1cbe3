namespace Dispatch.Worker.Database.Start;

/// <summary>What a capability needs to have in a database, or to know about it, before anything serves.</summary>
public interface IDatabaseSeed
{
    /// <summary>Adds what is missing, at every start. Other processes may be doing the same at the same time.</summary>
    /// <exception cref="Settings.StartException">Dispatch must not serve from this database.</exception>
    Task SeedAsync(DispatchDb db, CancellationToken cancel);
}
