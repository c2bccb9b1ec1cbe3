namespace Dispatch.Worker.Issues.Archive;

/// <summary>The text of an issue that has gone out, of which the archive's search shows parts. Its row means that it is indexed.</summary>
public class SearchText
{
    public int IssueId { get; set; }

    /// <summary>The words of the issue without their marks, on one line.</summary>
    public required string Text { get; set; }
}

/// <summary>A term of an issue in the archive's search (<see cref="SearchTerms"/>).</summary>
public class SearchTerm
{
    public required string Term { get; set; }
    public int IssueId { get; set; }

    /// <summary>How much the term says about the issue: how often it occurs, and more if it is in the subject.</summary>
    public int Weight { get; set; }
}
