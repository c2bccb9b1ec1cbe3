using System.Globalization;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using Dispatch.Api.Http.Input;
using Dispatch.Worker.Issues;
using Dispatch.Worker.Issues.Content;
using FluentValidation;

namespace Dispatch.Api.Issues;

/// <summary>The complete text of an issue. IssueText has the same fields, and defines what is valid.</summary>
/// <param name="Subject">The subject, one line.</param>
/// <param name="Preheader">The line that inboxes show beside the subject.</param>
/// <param name="Slug">The issue's name in its archive URL. When omitted, a new issue gets a slug from its subject, and a saved issue keeps
/// its slug.</param>
/// <param name="Byline">The names of the authors.</param>
/// <param name="Body">The body, in Markdown.</param>
/// <param name="Archived">If false, only the link in the issue's messages opens the issue. When omitted, a new issue is archived, and a
/// saved issue keeps its setting.</param>
/// <param name="Picture">The picture at the top: its name, such as photos/border.jpg, or a figure in Markdown. When omitted, a saved issue
/// keeps its picture; an empty text takes it away.</param>
/// <param name="Revision">The revision on which a save is based, if there is no If-Match.</param>
internal sealed record IssueRequest(string? Subject, string? Preheader = null, string? Slug = null, string? Byline = null,
    string? Body = null, bool? Archived = null, string? Picture = null, int? Revision = null)
{
    [JsonIgnore]
    public IssueText Text => new(Subject ?? "", Preheader ?? "", Byline ?? "", Slug ?? "", Body ?? "")
    {
        Archived = Archived ?? true,
        Picture = Picture ?? "",
    };
}

internal sealed class IssueRequestValidator : AbstractValidator<IssueRequest>
{
    /// <summary>The rule set for a save. It requires the body, because a save without a body would empty the issue.</summary>
    public const string Save = "save";

    public IssueRequestValidator()
    {
        // A missing slug is valid: a new issue gets one, and a saved issue keeps its slug.
        foreach (var field in IssueText.Fields)
            RuleFor(request => request.Text).HasNoFault(text => text.Tidied().FaultOf(field)).OverridePropertyName(field.Name)
                .When(request => field.Name != nameof(IssueText.Slug) || request.Slug is { Length: > 0 });
        RuleFor(request => request.Revision).GreaterThan(0).WithMessage("Revisions count from 1.");
        RuleSet(Save, () => RuleFor(request => request.Body).NotNull()
            .WithMessage("A save needs every text field; an empty one is given as \"\"."));
    }
}

/// <summary>When an issue is to go out. Exactly one of slot and at is required.</summary>
/// <param name="Slot">The slot on a given day in the newsletter's time zone, such as 2026-12-02, or <c>next</c>.</param>
/// <param name="At">An instant outside the newsletter's schedule (RFC 3339).</param>
internal sealed record ScheduleRequest(string? Slot = null, string? At = null)
{
    /// <summary>The instant, for a request that passed its validator.</summary>
    public DateTimeOffset Instant => DateTimeOffset.Parse(At!, CultureInfo.InvariantCulture);
}

internal sealed partial class ScheduleRequestValidator : AbstractValidator<ScheduleRequest>
{
    public ScheduleRequestValidator()
    {
        RuleFor(request => request.Slot)
            .Must((request, slot) => slot is not null ^ request.At is not null).WithMessage("Give either a slot or a time (at).")
            .Must(slot => slot is null || SlotChoice.TryParse(slot, out _)).WithMessage("Use a day such as 2026-12-02, or next.");
        RuleFor(request => request.At).Must(at => at is null || IsInstant(at))
            .WithMessage("Give a time with its offset, such as 2026-12-02T08:00:00Z.");
    }

    // An instant without an offset is refused, because it would be read in this server's time zone.
    private static bool IsInstant(string text) =>
        Instant().IsMatch(text) && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, out _);

    [GeneratedRegex(@"\A\d{4}-\d\d-\d\d[Tt]\d\d:\d\d(?::\d\d(?:\.\d{1,7})?)?(?:[Zz]|[+-]\d\d:\d\d)\z", RegexOptions.ECMAScript)]
    private static partial Regex Instant();
}
