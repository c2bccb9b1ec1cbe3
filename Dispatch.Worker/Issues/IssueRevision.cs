using Dispatch.Worker.Issues.Content;

namespace Dispatch.Worker.Issues;

/// <summary>The text of an issue as it was after one save: nothing a correspondent wrote is ever lost.</summary>
public class IssueRevision
{
    public int IssueId { get; set; }
    public int Revision { get; set; }
    public required string Subject { get; set; }
    public string Preheader { get; set; } = "";
    public string Byline { get; set; } = "";
    public required string Slug { get; set; }
    public string Body { get; set; } = "";
    public bool Archived { get; set; } = true;
    public DateTimeOffset SavedAt { get; set; }

    /// <summary>Who saved it, as in the audit: <c>staff:3</c>, <c>token:2</c>, <c>command line</c>.</summary>
    public required string SavedBy { get; set; }

    /// <summary>The text of that time.</summary>
    public IssueText Text => new(Subject, Preheader, Byline, Slug, Body) { Archived = Archived };

    public static IssueRevision Of(Issue issue, string savedBy) => new()
    {
        IssueId = issue.Id,
        Revision = issue.Revision,
        Subject = issue.Subject,
        Preheader = issue.Preheader,
        Byline = issue.Byline,
        Slug = issue.Slug,
        Body = issue.Body,
        Archived = issue.Archived,
        SavedAt = issue.UpdatedAt,
        SavedBy = savedBy,
    };
}
