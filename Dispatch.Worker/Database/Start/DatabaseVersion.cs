namespace Dispatch.Worker.Database.Start;

/// <summary>
/// A version of Dispatch that has migrated this database. The oldest row is the version that created the database, the newest row the
/// version that uses the database now.
/// </summary>
public class DatabaseVersion
{
    /// <summary>Three numbers separated by dots, such as 0.9.0.</summary>
    public required string Version { get; set; }

    /// <summary>When this version first started on the database.</summary>
    public required DateTimeOffset Since { get; set; }
}
