using System.Globalization;

namespace Dispatch.Worker.Audit;

/// <summary>What something was done to, by id and never by name; kept in an <see cref="AuditEntry"/> as its <see cref="Name"/>.</summary>
public sealed record AuditTarget
{
    /// <summary>The list of suppressed addresses, without saying which of them.</summary>
    public static readonly AuditTarget Suppressions = new("suppressions");

    /// <summary>A subscriber who is not named, because nothing is left of them.</summary>
    public static readonly AuditTarget Subscribers = new("subscribers");

    private AuditTarget(string name) => Name = name;

    /// <summary>As in <c>issue:12</c>.</summary>
    public string Name { get; }

    public static AuditTarget Newsletter(long id) => Of("newsletter", id);
    public static AuditTarget Issue(int id) => Of("issue", id);
    public static AuditTarget Delivery(int issueId, long subscriberId) =>
        new(string.Create(CultureInfo.InvariantCulture, $"delivery:{issueId}-{subscriberId}"));
    public static AuditTarget Subscriber(long id) => Of("subscriber", id);
    public static AuditTarget Staff(int id) => Of("staff", id);
    public static AuditTarget Token(int id) => Of("token", id);

    /// <summary>A key of the key ring.</summary>
    public static AuditTarget Key(int number) => Of("key", number);

    /// <summary>The member of staff that an entry's actor or target is; null: somebody or something else.</summary>
    public static int? StaffIdIn(string name) => IdIn(name, "staff:");

    /// <summary>The API token that an entry's actor or target is; null: somebody or something else.</summary>
    public static int? TokenIdIn(string name) => IdIn(name, "token:");

    public override string ToString() => Name;

    private static int? IdIn(string name, string kind) =>
        name.StartsWith(kind, StringComparison.Ordinal)
        && int.TryParse(name.AsSpan(kind.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : null;

    private static AuditTarget Of(string kind, long id) => new(string.Create(CultureInfo.InvariantCulture, $"{kind}:{id}"));
}
