namespace Dispatch.Worker.Audit;

/// <summary>Who does something, by id and never by name: a member of staff, an API token, the command line, the worker, a reader.</summary>
public sealed record Actor(string Name)
{
    public static readonly Actor CommandLine = new("command line");
    public static readonly Actor Worker = new("worker");

    /// <summary>A reader, through one of their own links; the entry's target says which one.</summary>
    public static readonly Actor Reader = new("reader");

    public static Actor Staff(int id) => new(AuditTarget.Staff(id).Name);
    public static Actor Token(int id) => new(AuditTarget.Token(id).Name);

    /// <summary>The member of staff acting; null: somebody or something else.</summary>
    public int? StaffId => AuditTarget.StaffIdIn(Name);

    /// <summary>The API token used; null: none.</summary>
    public int? TokenId => AuditTarget.TokenIdIn(Name);

    /// <summary>An entry to be saved in the same transaction as what it records.</summary>
    public AuditEntry Did(string action, AuditTarget target, DateTimeOffset at, string? detail = null) =>
        new() { At = at, Actor = Name, Action = action, Target = target.Name, Detail = detail };
}
