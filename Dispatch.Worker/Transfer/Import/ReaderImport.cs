namespace Dispatch.Worker.Transfer.Import;

/// <summary>
/// An import of a file. The file's rows are staged, sealed, before the first of them counts (<see cref="ReaderImportPiece"/>), and then
/// taken in chunk by chunk. The row says nothing of any reader.
/// </summary>
public class ReaderImport
{
    public int Id { get; set; }
    public ReaderImportState State { get; set; }

    /// <summary>Who imports, as an <see cref="Audit.Actor"/>'s name.</summary>
    public required string Actor { get; set; }

    /// <summary>The <see cref="ImportChoices"/> as JSON.</summary>
    public required string Choices { get; set; }

    /// <summary>
    /// A keyed hash of the file and the choices, 32 bytes, by which an import that was interrupted is found. Null if it can't be told
    /// before the file is read.
    /// </summary>
    public byte[]? Fingerprint { get; set; }

    /// <summary>What was found in the file (<see cref="ImportFindings"/>) as JSON, once it was read.</summary>
    public string? Findings { get; set; }

    public int Chunks { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset? FinishedAt { get; set; }

    /// <summary>
    /// The time until which the sweep leaves the import alone, because a job is queued or a process is working on it. Null if neither is
    /// the case.
    /// </summary>
    public DateTimeOffset? QueuedUntil { get; set; }
}

public enum ReaderImportState
{
    /// <summary>The file is being read. Nothing of it counts yet.</summary>
    Reading,

    /// <summary>The file was read, and a job finds out what it would change.</summary>
    Looking,

    /// <summary>The file was read, and a person decides.</summary>
    Ready,
    Running,
    Done,
}

/// <summary>A part of an import that is taken in, in one transaction: the readers whose hashes lie in one range.</summary>
public class ReaderImportChunk
{
    public int ImportId { get; set; }

    /// <summary>The number, from 0.</summary>
    public int Number { get; set; }
    public bool Done { get; set; }

    /// <summary>The <see cref="ImportCounts"/> as JSON, once it was taken in.</summary>
    public string? Counts { get; set; }
}

/// <summary>A sealed piece of a file's rows, or of what was found out about them. Pieces are deleted once they were taken in.</summary>
public class ReaderImportPiece
{
    /// <summary>The purpose with which <see cref="Sealed"/> is sealed.</summary>
    public const string Purpose = "import.piece";

    /// <summary>The chunk number of the pieces that list refused lines.</summary>
    public const int RefusedLines = -1;

    /// <summary>The chunk number of the piece with the examples of a dry run.</summary>
    public const int Examples = -2;

    public int ImportId { get; set; }
    public int Chunk { get; set; }
    public int Number { get; set; }
    public required byte[] Sealed { get; set; }
}
