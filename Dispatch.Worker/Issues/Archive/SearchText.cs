namespace Dispatch.Worker.Issues.Archive;

/// <summary>
/// The text of an issue that has gone out, from which the archive's search shows excerpts. The row's existence means that the issue is
/// indexed.
/// </summary>
public class SearchText
{
    public int IssueId { get; set; }

    /// <summary>The issue's words without markup, on one line.</summary>
    public required string Text { get; set; }
}

/// <summary>A term of an issue in the archive's search (<see cref="SearchTerms"/>).</summary>
public class SearchTerm
{
    public required string Term { get; set; }
    public int IssueId { get; set; }

    /// <summary>How relevant the term is: how often it occurs, and more if it is in the subject.</summary>
    public int Weight { get; set; }
}
