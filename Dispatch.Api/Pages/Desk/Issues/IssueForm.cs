using System.Globalization;
using Dispatch.Api.Http.Input;
using Dispatch.Worker.Issues;
using Dispatch.Worker.Issues.Content;

namespace Dispatch.Api.Pages.Desk.Issues;

/// <summary>An issue's text, and pictures for it, as a desk form sends them.</summary>
public sealed class IssueForm
{
    public string? Subject { get; set; }
    public string? Preheader { get; set; }
    public string? Byline { get; set; }
    public string? Slug { get; set; }
    public string? Body { get; set; }

    /// <summary>Kept off the archive. A check box that is not ticked is not sent: so it asks for what is rare.</summary>
    public bool Unlisted { get; set; }

    /// <summary>The revision that the text was written against; null when the form had no text in it.</summary>
    public int? Revision { get; set; }

    public List<IFormFile>? Pictures { get; set; }

    public IssueText ToText() => new(Subject ?? "", Preheader ?? "", Byline ?? "", Slug ?? "", Body ?? "") { Archived = !Unlisted };

    /// <summary>What was typed when it could not be taken.</summary>
    internal static IssueForm Of(KeptForm kept) => new()
    {
        Subject = kept[nameof(Subject)],
        Preheader = kept[nameof(Preheader)],
        Byline = kept[nameof(Byline)],
        Slug = kept[nameof(Slug)],
        Body = kept[nameof(Body)]?.ReplaceLineEndings("\n"), // the form has it as it came over the wire
        Unlisted = kept[nameof(Unlisted)] == "true",
        Revision = int.TryParse(kept[nameof(Revision)], NumberStyles.None, CultureInfo.InvariantCulture, out var revision) ? revision : null,
    };

    public static IssueForm Of(Issue issue) => new()
    {
        Subject = issue.Subject,
        Preheader = issue.Preheader,
        Byline = issue.Byline,
        Slug = issue.Slug,
        Body = issue.Body,
        Unlisted = !issue.Archived,
        Revision = issue.Revision,
    };
}
