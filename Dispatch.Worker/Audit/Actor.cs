namespace Dispatch.Worker.Audit;

/// <summary>
/// The person or program that does something: a member of staff, an API token, the command line, the worker or a reader. An actor is
/// identified by an id, never by a person's name.
/// </summary>
public sealed record Actor(string Name)
{
    public static readonly Actor CommandLine = new("command line");
    public static readonly Actor Worker = new("worker");

    /// <summary>A reader who used one of their own links. The entry's target says which reader.</summary>
    public static readonly Actor Reader = new("reader");

    public static Actor Staff(int id) => new(AuditTarget.Staff(id).Name);
    public static Actor Token(int id) => new(AuditTarget.Token(id).Name);

    /// <summary>The id of the member of staff, or null if the actor is not one.</summary>
    public int? StaffId => AuditTarget.StaffIdIn(Name);

    /// <summary>The id of the API token, or null if the actor is not one.</summary>
    public int? TokenId => AuditTarget.TokenIdIn(Name);

    /// <summary>Returns an audit entry, which the caller saves in the same transaction as the act.</summary>
    public AuditEntry Did(string action, AuditTarget target, DateTimeOffset at, string? detail = null) =>
        new() { At = at, Actor = Name, Action = action, Target = target.Name, Detail = detail };
}
