namespace Dispatch.Worker.Transfer.PastIssues.Uploads;

/// <summary>An archive of past issues that was sent to the desk, and how far its import has come.</summary>
public sealed record ArchiveUpload
{
    public required string Id { get; init; }

    /// <summary>The name that its owner gave the file.</summary>
    public required string FileName { get; init; }
    public required PastImportChoices Choices { get; init; }

    /// <summary>Whether pictures that the archive doesn't hold are fetched from where they lie.</summary>
    public bool FetchesPictures { get; init; }

    /// <summary>Who imports, as an <see cref="Audit.Actor"/>'s name.</summary>
    public required string Actor { get; init; }
    public ArchiveUploadState State { get; init; }

    /// <summary>How many entries are done, and how many there are, or 0 if nobody knows yet.</summary>
    public int Done { get; init; }
    public int Of { get; init; }
    public DateTimeOffset UpdatedAt { get; init; }

    /// <summary>What would become of each entry, or what has become of it. Null until that is known.</summary>
    public PastImportReport? Report { get; init; }

    /// <summary>Why nothing of the file was taken, or null.</summary>
    public string? Refusal { get; init; }

    /// <summary>Whether a process works on it, or should.</summary>
    public bool IsAtWork => State is ArchiveUploadState.Looking or ArchiveUploadState.Running;
}

public enum ArchiveUploadState
{
    /// <summary>What would become of the entries is being found out.</summary>
    Looking,

    /// <summary>A person decides.</summary>
    Ready,
    Running,
    Done,
    Refused,
}
