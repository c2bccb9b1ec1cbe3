namespace Dispatch.Worker.Transfer.PastIssues;

/// <summary>What an archive holds of one issue, before its text becomes Markdown.</summary>
internal sealed record PastIssue
{
    /// <summary>Where it stands, for messages: the file's name and, in a file of many, the issue's title.</summary>
    public required string Entry { get; init; }

    /// <summary>What names the issue in its system for good. An issue is imported once.</summary>
    public required string Key { get; init; }

    public string Title { get; init; } = "";
    public string Slug { get; init; } = "";
    public string Preheader { get; init; } = "";
    public string Byline { get; init; } = "";
    public required PastStanding Standing { get; init; }

    /// <summary>Why the issue is held back, or is a draft although it isn't one there, as a sentence for the desk.</summary>
    public string? Why { get; init; }

    public PastDate? At { get; init; }
    public required string Content { get; init; }
    public required ContentForm Form { get; init; }

    /// <summary>Whether a mark in the text may close the rest of it to readers who don't pay.</summary>
    public bool HasPaywall { get; init; }

    /// <summary>The picture at the top: its address, what it shows, and its caption with the credit.</summary>
    public (string Address, string Alt, string Caption)? Feature { get; init; }

    /// <summary>The name or the slug of the newsletter in its system, if the archive knows several.</summary>
    public string? Newsletter { get; init; }

    /// <summary>The paths or URLs under which the issue was read.</summary>
    public IReadOnlyList<string> OldPaths { get; init; } = [];

    /// <summary>The folder from which the text's relative addresses count, with a slash at its end unless it is the top.</summary>
    public string Folder { get; init; } = "";

    /// <summary>The system with which the issue was first sent, if its file names it.</summary>
    public string? FirstSentWith { get; init; }

    /// <summary>The corrections that an issue of ours got after it had gone out.</summary>
    public IReadOnlyList<(DateTimeOffset At, string Text)> Corrections { get; init; } = [];

    /// <summary>What a person should know, as sentences.</summary>
    public IReadOnlyList<string> Remarks { get; init; } = [];
}

/// <summary>What becomes of a past issue.</summary>
internal enum PastStanding
{
    /// <summary>It went out, and is in the archive on its day.</summary>
    Published,

    /// <summary>It went out by mail alone. It is kept off the archive.</summary>
    MailOnly,

    /// <summary>It went out to some readers, such as those who paid. It becomes a draft, for a person to decide about.</summary>
    HeldBack,

    /// <summary>It never went out.</summary>
    Draft,
}

/// <summary>What an issue's text is written in.</summary>
internal enum ContentForm
{
    Html,
    Markdown,
    Plain,

    /// <summary>A file of ours, whose text is taken as it is.</summary>
    Own,
}

/// <summary>An entry of an archive, on its way into the database.</summary>
internal abstract record ArchiveItem
{
    private ArchiveItem()
    {
    }

    public sealed record Found(PastIssue Issue) : ArchiveItem;

    /// <summary>It is no issue, such as a page.</summary>
    public sealed record Skipped(string Entry, string Why) : ArchiveItem;

    /// <summary>It can't be read. The reason says what to do.</summary>
    public sealed record Refused(string Entry, string Why) : ArchiveItem;
}
