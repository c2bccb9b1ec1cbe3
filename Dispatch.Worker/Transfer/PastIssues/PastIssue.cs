namespace Dispatch.Worker.Transfer.PastIssues;

/// <summary>What an archive says about one issue, before its text becomes our Markdown.</summary>
internal sealed record PastIssue
{
    /// <summary>Where it is, for messages: the file's name and, if the file holds several issues, the issue's title.</summary>
    public required string Entry { get; init; }

    /// <summary>What permanently identifies the issue in its system, so that it is imported only once.</summary>
    public required string Key { get; init; }

    /// <summary>Whether the key is only a file's name, which an issue in another archive may have too.</summary>
    public bool IsKeyedByFile { get; init; }

    public string Title { get; init; } = "";
    public string Slug { get; init; } = "";
    public string Preheader { get; init; } = "";
    public string Byline { get; init; } = "";
    public required PastStanding Standing { get; init; }

    /// <summary>Why the issue is held back, or is a draft here but not there, as a sentence for the desk.</summary>
    public string? Why { get; init; }

    public PastDate? At { get; init; }
    public required string Content { get; init; }
    public required ContentForm Form { get; init; }

    /// <summary>Whether the text may contain a paywall mark, below which it is for paying readers only.</summary>
    public bool HasPaywall { get; init; }

    /// <summary>The picture at the top: its address, its alternative text, and its caption with the credit.</summary>
    public (string Address, string Alt, string Caption)? Feature { get; init; }

    /// <summary>The newsletter's name or slug in that system, if the archive has several newsletters.</summary>
    public string? Newsletter { get; init; }

    /// <summary>The paths or URLs that the issue had.</summary>
    public IReadOnlyList<string> OldPaths { get; init; } = [];

    /// <summary>The folder that the text's relative addresses refer to. Ends with a slash unless it is the top.</summary>
    public string Folder { get; init; } = "";

    /// <summary>The system with which the issue was first sent, if its file names it.</summary>
    public string? FirstSentWith { get; init; }

    /// <summary>The corrections published after the issue went out. Only our own files have them.</summary>
    public IReadOnlyList<(DateTimeOffset At, string Text)> Corrections { get; init; } = [];

    /// <summary>What a person should know, as sentences.</summary>
    public IReadOnlyList<string> Remarks { get; init; } = [];
}

/// <summary>What becomes of a past issue.</summary>
internal enum PastStanding
{
    /// <summary>It was published, and is in the archive under its date.</summary>
    Published,

    /// <summary>It went out by mail alone. It is kept off the archive.</summary>
    MailOnly,

    /// <summary>It went out to some readers only, such as paying ones. It becomes a draft, and a person has to decide about it.</summary>
    HeldBack,

    /// <summary>It never went out.</summary>
    Draft,
}

/// <summary>The format of an issue's text.</summary>
internal enum ContentForm
{
    Html,
    Markdown,
    Plain,

    /// <summary>Our own file format, whose text is taken as it is.</summary>
    Own,
}

/// <summary>An entry of an archive, on its way into the database.</summary>
internal abstract record ArchiveItem
{
    private ArchiveItem()
    {
    }

    public sealed record Found(PastIssue Issue) : ArchiveItem;

    /// <summary>It isn't an issue but, for example, a page.</summary>
    public sealed record Skipped(string Entry, string Why) : ArchiveItem;

    /// <summary>It can't be read. The reason says what to do.</summary>
    public sealed record Refused(string Entry, string Why) : ArchiveItem;
}
