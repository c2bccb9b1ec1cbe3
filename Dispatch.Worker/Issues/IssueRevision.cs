namespace Dispatch.Worker.Issues;

/// <summary>The text of an issue after one save. Revisions are kept, so no text is ever lost.</summary>
public class IssueRevision : IssueFields
{
    public int IssueId { get; set; }
    public int Revision { get; set; }
    public DateTimeOffset SavedAt { get; set; }

    /// <summary>Who saved the revision, in the audit log's notation: <c>staff:3</c>, <c>token:2</c>, <c>command line</c>.</summary>
    public required string SavedBy { get; set; }

    public static IssueRevision Of(Issue issue, string savedBy) => new()
    {
        IssueId = issue.Id,
        Revision = issue.Revision,
        Text = issue.Text,
        SavedAt = issue.UpdatedAt,
        SavedBy = savedBy,
    };
}
