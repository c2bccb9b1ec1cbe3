using Dispatch.Worker.Issues;
using Dispatch.Worker.Newsletters;

namespace Dispatch.Api.Issues;

/// <summary>
/// An issue as the API shows it. Its slot is the slot's day in the newsletter's time zone, sendAt the instant it is to go out, in a slot
/// or not; trouble says what keeps it from going out just now. An approval is of one revision, by whoever the audit names so; sentAt is
/// when it was out for the first time, restSentAt when whoever was left had it too. Lists leave the body out.
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
