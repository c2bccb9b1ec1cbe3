namespace Dispatch.Worker.Audit;

/// <summary>Who does something, by id and never by name: a member of staff, an API token, the command line, the worker, a reader.</summary>
public sealed record Actor(string Name)
{
    public static readonly Actor CommandLine = new("command line");
    public static readonly Actor Worker = new("worker");

    /// <summary>A reader, by one of their own links; which one is in what it was done to.</summary>
    public static readonly Actor Reader = new("reader");

    public static Actor Staff(int id) => new(AuditTarget.Staff(id).Name);
    public static Actor Token(int id) => new(AuditTarget.Token(id).Name);

    /// <summary>The member of staff who does it; null: somebody or something else.</summary>
    public int? StaffId => AuditTarget.StaffIdIn(Name);

    /// <summary>The API token by which it is done; null: none.</summary>
    public int? TokenId => AuditTarget.TokenIdIn(Name);

    /// <summary>An entry to be saved in the same transaction as what it tells of.</summary>
    public AuditEntry Did(string action, AuditTarget target, DateTimeOffset at, string? detail = null) =>
        new() { At = at, Actor = Name, Action = action, Target = target.Name, Detail = detail };
}
