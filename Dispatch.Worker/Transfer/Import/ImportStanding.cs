namespace Dispatch.Worker.Transfer.Import;

/// <summary>How an import stands.</summary>
/// <param name="Import">The import.</param>
/// <param name="Findings">What was found in the file.</param>
/// <param name="Counts">What became of the readers in the chunks that are done.</param>
/// <param name="ChunksDone">The number of these chunks; while a dry run goes on, of those that it has looked at.</param>
public sealed record ImportStanding(ReaderImport Import, ImportFindings Findings, ImportCounts Counts, int ChunksDone)
{
    /// <summary>What the person who imports said about the file.</summary>
    public ImportChoices Choices => ImportChoices.FromJson(Import.Choices);
}
