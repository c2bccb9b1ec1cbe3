using System.Globalization;
using System.Text.RegularExpressions;
using Dispatch.Api.Http.Input;
using Dispatch.Worker.Issues;
using Dispatch.Worker.Issues.Content;
using FluentValidation;

namespace Dispatch.Api.Issues;

/// <summary>An issue's whole text. IssueText defines what is valid; it uses the same field names.</summary>
/// <param name="Subject">One line.</param>
/// <param name="Preheader">The line that inboxes show beside the subject.</param>
/// <param name="Slug">Its name in the archive's address; when omitted, a new issue gets one derived from its subject and a saved one keeps
/// its own.</param>
/// <param name="Byline">Who wrote it.</param>
/// <param name="Body">Markdown.</param>
/// <param name="Archived">False keeps it off the archive: the link in its mails opens it, nothing else leads there. When omitted, a new
/// issue is archived and a saved one stays as it was.</param>
/// <param name="Revision">For a save without If-Match: the revision it is based on.</param>
internal sealed record IssueRequest(string? Subject, string? Preheader = null, string? Slug = null, string? Byline = null,
    string? Body = null, bool? Archived = null, int? Revision = null)
{
    public IssueText Text => new(Subject ?? "", Preheader ?? "", Byline ?? "", Slug ?? "", Body ?? "") { Archived = Archived ?? true };
}

internal sealed class IssueRequestValidator : AbstractValidator<IssueRequest>
{
    /// <summary>A save replaces the whole text: a forgotten body must not empty the issue.</summary>
    public const string Save = "save";

    public IssueRequestValidator()
    {
        // A missing slug is generated, or the old one kept.
        foreach (var field in IssueText.Fields)
            RuleFor(request => request.Text).HasNoFault(text => text.Tidied().FaultOf(field)).OverridePropertyName(field.Name)
                .When(request => field.Name != nameof(IssueText.Slug) || request.Slug is { Length: > 0 });
        RuleFor(request => request.Revision).GreaterThan(0).WithMessage("Revisions count from 1.");
        RuleSet(Save, () => RuleFor(request => request.Body).NotNull()
            .WithMessage("A save needs the whole text; an empty one is given as \"\"."));
    }
}

/// <summary>When an issue is to go out: exactly one of the two.</summary>
/// <param name="Slot">The slot on a given day in the newsletter's time zone, as in 2026-12-02, or <c>next</c>.</param>
/// <param name="At">An instant outside the newsletter's schedule (RFC 3339).</param>
internal sealed record ScheduleRequest(string? Slot = null, string? At = null)
{
    /// <summary>The instant in a request that passed its validator.</summary>
    public DateTimeOffset Instant => DateTimeOffset.Parse(At!, CultureInfo.InvariantCulture);
}

internal sealed partial class ScheduleRequestValidator : AbstractValidator<ScheduleRequest>
{
    public ScheduleRequestValidator()
    {
        RuleFor(request => request.Slot)
            .Must((request, slot) => slot is not null ^ request.At is not null).WithMessage("Expected either a slot or an instant (at).")
            .Must(slot => slot is null || SlotChoice.TryParse(slot, out _)).WithMessage("Expected a day like 2026-12-02, or next.");
        RuleFor(request => request.At).Must(at => at is null || IsInstant(at))
            .WithMessage("Expected an instant with its offset, as in 2026-12-02T08:00:00Z.");
    }

    // An instant without an offset would be read in this machine's time zone, which its author can't know.
    private static bool IsInstant(string text) =>
        Instant().IsMatch(text) && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, out _);

    [GeneratedRegex(@"\A\d{4}-\d\d-\d\d[Tt]\d\d:\d\d(?::\d\d(?:\.\d{1,7})?)?(?:[Zz]|[+-]\d\d:\d\d)\z", RegexOptions.ECMAScript)]
    private static partial Regex Instant();
}
