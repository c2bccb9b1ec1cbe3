using Dispatch.Worker.Transfer.Reading;

namespace Dispatch.Worker.Transfer.Systems;

/// <summary>The columns of a file. Their names match regardless of letter case and surrounding spaces.</summary>
/// <param name="file">The file's name.</param>
/// <param name="names">The names as in the header.</param>
public sealed class SourceColumns(string file, IReadOnlyList<string> names)
{
    private readonly Dictionary<string, int> places = Places(names);

    public string File => file;

    public IReadOnlyList<string> Names => names;

    /// <summary>The columns that the system has read. The others become fields.</summary>
    internal bool[] Taken { get; } = new bool[names.Count];

    public bool Has(params ReadOnlySpan<string> wanted)
    {
        foreach (var name in wanted)
            if (!places.ContainsKey(name))
                return false;
        return true;
    }

    /// <summary>Returns the position of a column, from 0, or -1 if the file has no such column.</summary>
    public int PlaceOf(string name) => places.TryGetValue(name, out var place) ? place : -1;

    private static Dictionary<string, int> Places(IReadOnlyList<string> names)
    {
        var places = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);
        for (var place = 0; place < names.Count; place++)
            places.TryAdd(names[place].Trim(), place);
        return places;
    }
}

/// <summary>A row of a file, with its cells by column.</summary>
public sealed class SourceRow(SourceColumns columns, IReadOnlyList<string> cells)
{
    public SourceColumns Columns => columns;

    /// <summary>
    /// Returns a cell without its guard against formulas, or null if the file has no such column. Marks the column as read.
    /// </summary>
    public string? Take(string column)
    {
        var place = columns.PlaceOf(column);
        return place < 0 ? null : TakeAt(place);
    }

    /// <summary>Returns the cell at a position, from 0. Marks the column as read.</summary>
    public string TakeAt(int place)
    {
        columns.Taken[place] = true;
        return CellText.WithoutGuard(cells[place]);
    }

    /// <summary>Returns the cell of the first of these columns that exists, or null.</summary>
    public string? TakeAny(params ReadOnlySpan<string> names)
    {
        string? found = null;
        foreach (var name in names)
            found ??= Take(name);
        return found;
    }

    /// <summary>The cells of columns that the system hasn't read, with the columns' names.</summary>
    public IEnumerable<(string Column, string Text)> Rest()
    {
        for (var place = 0; place < cells.Count && place < columns.Names.Count; place++)
            if (!columns.Taken[place] && cells[place].Length > 0)
                yield return (columns.Names[place], CellText.WithoutGuard(cells[place]));
    }
}
