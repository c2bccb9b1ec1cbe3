using Dispatch.Worker.Issues;

namespace Dispatch.Api.Pages.Desk;

/// <summary>An issue's text, and pictures for it, as a desk form sends them.</summary>
public sealed class IssueForm
{
    public string? Subject { get; set; }
    public string? Preheader { get; set; }
    public string? Byline { get; set; }
    public string? Slug { get; set; }
    public string? Body { get; set; }

    /// <summary>The revision that the text was written against; null when the form had no text in it.</summary>
    public int? Revision { get; set; }

    public List<IFormFile>? Pictures { get; set; }

    public IssueText ToText() => new(Subject ?? "", Preheader ?? "", Byline ?? "", Slug ?? "", Body ?? "");

    public static IssueForm Of(Issue issue) => new()
    {
        Subject = issue.Subject,
        Preheader = issue.Preheader,
        Byline = issue.Byline,
        Slug = issue.Slug,
        Body = issue.Body,
        Revision = issue.Revision,
    };
}
