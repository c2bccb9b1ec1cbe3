namespace Dispatch.Worker.Transfer;

/// <summary>
/// The names of readers' fields as columns of our own file. A field may be called like one of the file's own columns, such as
/// <c>source</c> or <c>Status</c>; then its column is <c>field:source</c>.
/// </summary>
internal static class FieldColumns
{
    private const string Prefix = "field:";

    /// <summary>The columns of our own file besides the fields.</summary>
    public static IReadOnlyList<string> Own { get; } =
    [
        "email", "name", "language", "newsletters", "status", "confirmed_at", "source", "created_at", "unsubscribed_at", "paused_until",
        "consent_version",
    ];

    /// <summary>Returns the column for a field.</summary>
    public static string ColumnOf(string field) =>
        Own.Contains(field.Trim(), StringComparer.OrdinalIgnoreCase) || field.StartsWith(Prefix, StringComparison.Ordinal)
            ? Prefix + field : field;

    /// <summary>Returns the field in a column.</summary>
    public static string FieldIn(string column) =>
        column.StartsWith(Prefix, StringComparison.Ordinal) && column.Length > Prefix.Length ? column[Prefix.Length..] : column;
}
