using System.Globalization;
using Dispatch.Api.Http.Input;
using Dispatch.Worker.Issues;
using Dispatch.Worker.Issues.Content;
using Microsoft.AspNetCore.Mvc;

namespace Dispatch.Api.Pages.Desk.Issues;

/// <summary>An issue's text, and pictures for it, as a desk form sends them.</summary>
[ModelBinder<FormBinder<IssueForm>>]
public sealed class IssueForm : IForm<IssueForm>
{
    public IssueText Text { get; set; } = IssueText.Empty;

    /// <summary>The revision that the text was based on; null when the form contained no text.</summary>
    public int? Revision { get; set; }

    public static IssueForm Of(Func<string, string?> sent) => new()
    {
        // A form's line endings are as they came over the wire. An unticked check box is not sent, so it stands for the rare case.
        Text = IssueText.Of(field => sent(field)?.ReplaceLineEndings("\n")) with { Archived = sent("Unlisted") is not "true" },
        Revision = int.TryParse(sent(nameof(Revision)), NumberStyles.None, CultureInfo.InvariantCulture, out var revision)
            ? revision : null,
    };

    public static IssueForm Of(Issue issue) => new() { Text = issue.Text, Revision = issue.Revision };
}
