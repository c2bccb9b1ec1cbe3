using Dispatch.Worker.Transfer.Reading;

namespace Dispatch.Worker.Transfer.Systems;

/// <summary>The columns of a file. Their names match regardless of letter case and surrounding spaces.</summary>
public sealed class SourceColumns
{
    private readonly Dictionary<string, int> places = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<int, int> repeats = [];

    /// <param name="file">The file's name.</param>
    /// <param name="names">The names as in the header.</param>
    public SourceColumns(string file, IReadOnlyList<string> names)
    {
        (File, Names, Taken) = (file, names, new bool[names.Count]);
        for (var place = 0; place < names.Count; place++)
            if (!places.TryAdd(names[place].Trim(), place))
                repeats.Add(place, places[names[place].Trim()]);
    }

    /// <summary>The prefix of the names of columns that the person has dropped.</summary>
    internal const string Dropped = "\u0001";

    public string File { get; }

    public IReadOnlyList<string> Names { get; }

    /// <summary>The columns that the system has read. The others become fields.</summary>
    internal bool[] Taken { get; }

    public bool Has(params ReadOnlySpan<string> wanted)
    {
        foreach (var name in wanted)
            if (!places.ContainsKey(name))
                return false;
        return true;
    }

    /// <summary>
    /// Returns the name of a column that the system has read and that the file has twice, with different cells in this row, or null. Nobody
    /// knows which of the two is right.
    /// </summary>
    internal string? Contradicted(IReadOnlyList<string> cells)
    {
        foreach (var (place, first) in repeats)
            if (Taken[first] && !cells[first].AsSpan().Trim().Equals(cells[place].AsSpan().Trim(), StringComparison.OrdinalIgnoreCase))
                return Names[first].Trim();
        return null;
    }

    /// <summary>Whether the system has read the column at a position, or the first one of that name.</summary>
    internal bool IsTaken(int place) => Taken[place] || (repeats.TryGetValue(place, out var first) && Taken[first]);

    /// <summary>Returns the position of a column, from 0, or -1 if the file has no such column.</summary>
    public int PlaceOf(string name) => places.TryGetValue(name, out var place) ? place : -1;
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

    /// <inheritdoc cref="SourceColumns.Contradicted"/>
    internal string? Contradicted => columns.Contradicted(cells);

    /// <summary>The cells of columns that the system hasn't read, with the columns' names.</summary>
    public IEnumerable<(string Column, string Text)> Rest()
    {
        for (var place = 0; place < cells.Count && place < columns.Names.Count; place++)
            if (cells[place].Length > 0 && !columns.IsTaken(place))
                yield return (columns.Names[place], CellText.WithoutGuard(cells[place]));
    }
}
