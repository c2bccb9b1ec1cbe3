using System.Globalization;
using Dispatch.Api.Http.Input;
using Dispatch.Worker.Issues;
using Dispatch.Worker.Issues.Content;
using Microsoft.AspNetCore.Mvc;

namespace Dispatch.Api.Pages.Desk.Issues.Editing;

/// <summary>An issue's text and new pictures, as sent by a desk form.</summary>
[ModelBinder<FormBinder<IssueForm>>]
public sealed class IssueForm : IForm<IssueForm>
{
    public IssueText Text { get; set; } = IssueText.Empty;

    /// <summary>The revision on which the text is based, or null if the form contained no text.</summary>
    public int? Revision { get; set; }

    public static IssueForm Of(Func<string, string?> sent) => new()
    {
        // Form data has CRLF line endings. An unticked check box is not sent, so without "Unlisted" the issue is archived.
        Text = IssueText.Of(field => sent(field)?.ReplaceLineEndings("\n")) with { Archived = sent("Unlisted") is not "true" },
        Revision = int.TryParse(sent(nameof(Revision)), NumberStyles.None, CultureInfo.InvariantCulture, out var revision)
            ? revision : null,
    };

    public static IssueForm Of(Issue issue) => new() { Text = issue.Text, Revision = issue.Revision };
}
