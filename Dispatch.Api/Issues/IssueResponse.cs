using Dispatch.Worker.Issues;
using Dispatch.Worker.Newsletters;

namespace Dispatch.Api.Issues;

/// <summary>
/// An issue as the API shows it. Its slot is the slot's day in the newsletter's time zone, sendAt the instant it is to go out, in a slot or
/// not; trouble says what is keeping it from going out right now. An approval applies to one revision and names its author as the audit
/// does; sentAt is when it was first fully sent, restSentAt when the remaining readers had it too. Lists omit the body.
/// </summary>
internal sealed record IssueResponse(
    int Id, string Newsletter, string Subject, string Preheader, string Slug, string Byline, bool Archived, string? Body,
    IssueState State, string? Slot, int Revision,
    DateTimeOffset? SendAt, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt, DateTimeOffset? SendStartedAt,
    DateTimeOffset? SentAt, string? Trouble,
    int? ApprovedRevision, string? ApprovedBy, DateTimeOffset? ApprovedAt, DateTimeOffset? RestStartedAt, DateTimeOffset? RestSentAt)
{
    public static IssueResponse Of(Issue issue, Newsletter newsletter, DateTimeOffset? slot) => new(
        issue.Id, newsletter.Slug, issue.Subject, issue.Preheader, issue.Slug, issue.Byline, issue.Archived, issue.Body,
        issue.State, slot is { } at ? newsletter.IsoDateOf(at) : null, issue.Revision,
        issue.SendAt, issue.CreatedAt, issue.UpdatedAt, issue.SendStartedAt, issue.SentAt, issue.LastError,
        issue.ApprovedRevision, issue.ApprovedBy, issue.ApprovedAt, issue.RestStartedAt, issue.RestSentAt);
}
