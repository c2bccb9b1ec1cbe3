using System.Globalization;

namespace Dispatch.Worker.Audit;

/// <summary>
/// The object of an action, identified by an id and never by a person's name. An <see cref="AuditEntry"/> stores its <see cref="Name"/>.
/// </summary>
public sealed record AuditTarget
{
    /// <summary>The list of suppressed addresses. An entry doesn't say which address was meant.</summary>
    public static readonly AuditTarget Suppressions = new("suppressions");

    /// <summary>An erased subscriber, without an id: nothing may refer to the reader any more.</summary>
    public static readonly AuditTarget Subscribers = new("subscribers");

    /// <summary>All readers, for a list that was exported.</summary>
    public static readonly AuditTarget Readers = new("readers");

    /// <summary>All issues, for an archive that was imported or exported.</summary>
    public static readonly AuditTarget Issues = new("issues");

    /// <summary>All of Dispatch's data, for a backup or a restoration.</summary>
    public static readonly AuditTarget Database = new("database");

    private AuditTarget(string name) => Name = name;

    /// <summary>The kind of object and its id, such as <c>issue:12</c>.</summary>
    public string Name { get; }

    public static AuditTarget Newsletter(long id) => Of("newsletter", id);
    public static AuditTarget Issue(int id) => Of("issue", id);
    public static AuditTarget Delivery(int issueId, long subscriberId) =>
        new(string.Create(CultureInfo.InvariantCulture, $"delivery:{issueId}-{subscriberId}"));
    public static AuditTarget Subscriber(long id) => Of("subscriber", id);
    public static AuditTarget Import(int id) => Of("import", id);
    public static AuditTarget Staff(int id) => Of("staff", id);
    public static AuditTarget Token(int id) => Of("token", id);

    /// <summary>A key of the key ring.</summary>
    public static AuditTarget Key(int number) => Of("key", number);

    /// <summary>
    /// Returns the id of the member of staff that an actor's or target's name stands for, or null if it stands for anything else.
    /// </summary>
    public static int? StaffIdIn(string name) => IdIn(name, "staff:");

    /// <summary>
    /// Returns the id of the API token that an actor's or target's name stands for, or null if it stands for anything else.
    /// </summary>
    public static int? TokenIdIn(string name) => IdIn(name, "token:");

    public override string ToString() => Name;

    private static int? IdIn(string name, string kind) =>
        name.StartsWith(kind, StringComparison.Ordinal)
        && int.TryParse(name.AsSpan(kind.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : null;

    private static AuditTarget Of(string kind, long id) => new(string.Create(CultureInfo.InvariantCulture, $"{kind}:{id}"));
}
