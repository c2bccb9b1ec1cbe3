namespace Dispatch.Worker.Transfer.PastIssues.Uploads;

/// <summary>An archive of past issues uploaded to the desk, and how far its import has got.</summary>
public sealed record ArchiveUpload
{
    public required string Id { get; init; }

    /// <summary>The file's name.</summary>
    public required string FileName { get; init; }
    public required PastImportChoices Choices { get; init; }

    /// <summary>Whether to fetch pictures that the archive doesn't contain from the web.</summary>
    public bool FetchesPictures { get; init; }

    /// <summary>Who imports, as the name of an <see cref="Audit.Actor"/>.</summary>
    public required string Actor { get; init; }
    public ArchiveUploadState State { get; init; }

    /// <summary>How many entries are done, and how many there are, or 0 if not known yet.</summary>
    public int Done { get; init; }
    public int Of { get; init; }

    /// <summary>How often the dry run or the import was begun without coming to an end.</summary>
    public int Tries { get; init; }

    /// <summary>What would become of each entry, or has become of it. Null until that is known.</summary>
    public PastImportReport? Report { get; init; }

    /// <summary>Why nothing was imported, or null.</summary>
    public string? Refusal { get; init; }

    /// <summary>Whether a process is working on it, or should be.</summary>
    public bool IsAtWork => State is ArchiveUploadState.Looking or ArchiveUploadState.Running;
}

public enum ArchiveUploadState
{
    /// <summary>A dry run is determining what would become of the entries.</summary>
    Looking,

    /// <summary>A person has to decide.</summary>
    Ready,
    Running,
    Done,
    Refused,
}
