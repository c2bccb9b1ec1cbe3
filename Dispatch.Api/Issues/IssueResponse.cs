using Dispatch.Worker.Issues;
using Dispatch.Worker.Newsletters;

namespace Dispatch.Api.Issues;

/// <summary>
/// An issue. Its slot is a day in the newsletter's time zone. The field trouble says what prevents the issue from going out now. The field
/// sentAt says when all deliveries were first done, and restSentAt when the last sending to the rest was done. Lists omit the body.
/// The field firstSentWith names the system of an imported past issue, which is never mailed.
/// </summary>
internal sealed record IssueResponse(
    int Id, string Newsletter, string Subject, string Preheader, string Slug, string Byline, bool Archived, string Picture, string? Body,
    IssueState State, string? Slot, int Revision,
    DateTimeOffset? SendAt, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt, DateTimeOffset? SendStartedAt,
    DateTimeOffset? SentAt, string? Trouble,
    int? ApprovedRevision, string? ApprovedBy, DateTimeOffset? ApprovedAt, DateTimeOffset? RestStartedAt, DateTimeOffset? RestSentAt,
    string? FirstSentWith)
{
    public static IssueResponse Of(Issue issue, Newsletter newsletter, DateTimeOffset? slot) => new(
        issue.Id, newsletter.Slug, issue.Subject, issue.Preheader, issue.Slug, issue.Byline, issue.Archived, issue.Picture, issue.Body,
        issue.State, slot is { } at ? newsletter.IsoDateOf(at) : null, issue.Revision,
        issue.SendAt, issue.CreatedAt, issue.UpdatedAt, issue.SendStartedAt, issue.SentAt, issue.LastError,
        issue.ApprovedRevision, issue.ApprovedBy, issue.ApprovedAt, issue.RestStartedAt, issue.RestSentAt, issue.FirstSentWith);
}
