using Dispatch.Worker.Issues;
using Dispatch.Worker.Newsletters;

namespace Dispatch.Api.Issues;

/// <summary>
/// An issue. Its slot is a day in the newsletter's time zone, and sendAt is the instant when it goes out, in a slot or not. The field
/// trouble says what prevents the issue from going out now. An approval applies to one revision. All deliveries were first done at sentAt,
/// and a later sending to the rest at restSentAt. Lists omit the body.
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
