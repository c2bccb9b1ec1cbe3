using Dispatch.Worker.Issues;
using Dispatch.Worker.Newsletters;

namespace Dispatch.Api.Issues;

/// <summary>
/// An issue as the API shows it. Its slot is the slot's day in the newsletter's time zone, sendAt the instant it is to go out, in a slot
/// or not; trouble says what keeps it from going out just now. Lists leave the body out.
/// </summary>
internal sealed record IssueResponse(
    int Id, string Newsletter, string Subject, string Preheader, string Slug, string Byline, string? Body, IssueState State, string? Slot, int Revision,
    DateTimeOffset? SendAt, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt, DateTimeOffset? SendStartedAt, DateTimeOffset? SentAt, string? Trouble)
{
    public static IssueResponse Of(Issue issue, Newsletter newsletter, DateTimeOffset? slot) => new(
        issue.Id, newsletter.Slug, issue.Subject, issue.Preheader, issue.Slug, issue.Byline, issue.Body, issue.State, slot is { } at ? newsletter.IsoDateOf(at) : null, issue.Revision,
        issue.SendAt, issue.CreatedAt, issue.UpdatedAt, issue.SendStartedAt, issue.SentAt, issue.Trouble);
}
