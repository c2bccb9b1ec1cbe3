using Dispatch.Worker.Issues.Content;

namespace Dispatch.Worker.Issues;

/// <summary>The columns of an <see cref="IssueText"/>, the same in an issue and in each of its revisions.</summary>
public abstract class IssueFields
{
    public string Subject { get; set; } = "";
    public string Preheader { get; set; } = "";
    public string Byline { get; set; } = "";

    /// <summary>
    /// The issue's name in its archive URL, unique within the newsletter. A revision keeps the slug that the issue had at that save.
    /// </summary>
    public string Slug { get; set; } = "";

    /// <summary>The body, in Markdown.</summary>
    public string Body { get; set; } = "";

    /// <summary>
    /// The picture at the top of the issue: its name, such as <c>photos/border.jpg</c>, or a figure in Markdown. Empty if there is none.
    /// </summary>
    public string Picture { get; set; } = "";

    /// <summary>
    /// Whether the archive shows the issue. If not, only the link in its messages opens it (<see cref="IssueAddresses"/>).
    /// </summary>
    public bool Archived { get; set; } = true;

    /// <inheritdoc cref="IssueText.Shows"/>
    public bool Shows(string fileName) => Text.Shows(fileName);

    /// <summary>The editable content of the issue or revision.</summary>
    public IssueText Text
    {
        get => new(Subject, Preheader, Byline, Slug, Body) { Archived = Archived, Picture = Picture };
        set => (Subject, Preheader, Byline, Slug, Body, Archived, Picture) =
            (value.Subject, value.Preheader, value.Byline, value.Slug, value.Body, value.Archived, value.Picture);
    }
}
