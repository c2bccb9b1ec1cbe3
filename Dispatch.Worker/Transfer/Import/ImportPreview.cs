namespace Dispatch.Worker.Transfer.Import;

/// <summary>What an import would change.</summary>
/// <param name="Counts">The counts.</param>
/// <param name="Consequences">What would become of readers, in words, with examples. A reader may appear under several
/// consequences.</param>
public sealed record ImportPreview(ImportCounts Counts, SortedDictionary<string, Consequence> Consequences);

/// <summary>The number of readers with one consequence, and some of their addresses.</summary>
public sealed class Consequence
{
    public int Readers { get; set; }
    public List<string> Examples { get; init; } = [];
}
