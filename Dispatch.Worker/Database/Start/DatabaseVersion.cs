namespace Dispatch.Worker.Database.Start;

/// <summary>
/// A version of Dispatch that has migrated this database. The oldest row is the version that created it, the newest the one it belongs to.
/// </summary>
public class DatabaseVersion
{
    /// <summary>Three numbers separated by dots, as in 0.9.0.</summary>
    public required string Version { get; set; }

    /// <summary>When that version first started on it.</summary>
    public required DateTimeOffset Since { get; set; }
}
