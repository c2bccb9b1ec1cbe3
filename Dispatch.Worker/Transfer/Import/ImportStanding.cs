namespace Dispatch.Worker.Transfer.Import;

/// <summary>The state of an import.</summary>
/// <param name="Import">The import.</param>
/// <param name="Findings">What was found in the file.</param>
/// <param name="Counts">What became of the readers in the finished chunks.</param>
/// <param name="ChunksDone">The number of finished chunks or, during a dry run, of examined chunks.</param>
public sealed record ImportStanding(ReaderImport Import, ImportFindings Findings, ImportCounts Counts, int ChunksDone)
{
    /// <summary>What the person who imports the file said about it.</summary>
    public ImportChoices Choices => ImportChoices.FromJson(Import.Choices);
}
