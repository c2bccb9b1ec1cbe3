namespace Dispatch.Worker.Transfer.Import;

/// <summary>
/// An import of a file. All rows of the file are staged, sealed, before the first one counts (<see cref="ReaderImportPiece"/>); then they
/// are applied chunk by chunk. This record contains nothing about any reader.
/// </summary>
public class ReaderImport
{
    public int Id { get; set; }
    public ReaderImportState State { get; set; }

    /// <summary>Who imports, as the name of an <see cref="Audit.Actor"/>.</summary>
    public required string Actor { get; set; }

    /// <summary>The <see cref="ImportChoices"/> as JSON.</summary>
    public required string Choices { get; set; }

    /// <summary>
    /// A keyed hash of the file and the choices, 32 bytes, used to find an interrupted import. Null if it can't be computed before the file
    /// is read.
    /// </summary>
    public byte[]? Fingerprint { get; set; }

    /// <summary>What was found in the file, once it has been read: the <see cref="ImportFindings"/> as JSON.</summary>
    public string? Findings { get; set; }

    /// <summary>Returns the names of the imported files, as far as they are known.</summary>
    public IReadOnlyList<string> FileNames() => [.. ImportFindings.FromJson(Findings).Files.Select(file => file.Name)];

    public int Chunks { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset? FinishedAt { get; set; }

    /// <summary>
    /// The time until which the sweep leaves the import alone because a job is queued or a process is working on it. Otherwise null.
    /// </summary>
    public DateTimeOffset? QueuedUntil { get; set; }
}

public enum ReaderImportState
{
    /// <summary>The file is being read. Nothing of it counts yet.</summary>
    Reading,

    /// <summary>The file has been read, and a job determines what the import would change.</summary>
    Looking,

    /// <summary>The file has been read, and a person has to decide.</summary>
    Ready,
    Running,
    Done,
}

/// <summary>A part of an import that is applied in one transaction: the readers whose hashes are in one range.</summary>
public class ReaderImportChunk
{
    public int ImportId { get; set; }

    /// <summary>The number, from 0.</summary>
    public int Number { get; set; }
    public bool Done { get; set; }

    /// <summary>The <see cref="ImportCounts"/> as JSON, once the chunk has been applied.</summary>
    public string? Counts { get; set; }
}

/// <summary>A sealed piece of a file's rows, or of what was found out about them. It is deleted once it has been applied.</summary>
public class ReaderImportPiece
{
    /// <summary>The purpose that <see cref="Sealed"/> is sealed for.</summary>
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
