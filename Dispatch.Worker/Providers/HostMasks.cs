using System.Collections.Frozen;

namespace Dispatch.Worker.Providers;

/// <summary>Finds a value by host name, or by a mask such as <c>*.example.org</c>. The longest match wins.</summary>
internal sealed class HostMasks<T>(IEnumerable<(string Name, T Value)> rows) where T : class
{
    private readonly FrozenDictionary<string, T> byName = rows.GroupBy(row => row.Name.TrimEnd('.'))
        .ToFrozenDictionary(group => group.Key, group => group.Last().Value, StringComparer.OrdinalIgnoreCase);

    private readonly bool hasMasks = rows.Any(row => row.Name.StartsWith("*.", StringComparison.Ordinal));

    /// <summary>Returns the value for a host, or null if neither a name nor a mask matches.</summary>
    public T? Find(string host)
    {
        if (byName.TryGetValue(host, out var found) || !hasMasks)
            return found;
        for (var dot = host.IndexOf('.', StringComparison.Ordinal); dot >= 0; dot = host.IndexOf('.', dot + 1))
            if (byName.TryGetValue($"*{host[dot..]}", out found))
                return found;
        return null;
    }
}
