using Dispatch.Worker.Issues.Content;

namespace Dispatch.Worker.Issues;

/// <summary>The columns of an <see cref="IssueText"/>, the same in an issue and in each of its revisions.</summary>
public abstract class IssueFields
{
    public string Subject { get; set; } = "";
    public string Preheader { get; set; } = "";
    public string Byline { get; set; } = "";

    /// <summary>Its name in the archive's address; unique within the newsletter for an issue.</summary>
    public string Slug { get; set; } = "";

    /// <summary>In Markdown.</summary>
    public string Body { get; set; } = "";

    /// <summary>
    /// False: it is kept off the archive, and can be read only through the link in its mails (see <see cref="IssueAddresses"/>).
    /// </summary>
    public bool Archived { get; set; } = true;

    /// <summary>Everything in it that a correspondent writes.</summary>
    public IssueText Text
    {
        get => new(Subject, Preheader, Byline, Slug, Body) { Archived = Archived };
        set => (Subject, Preheader, Byline, Slug, Body, Archived) =
            (value.Subject, value.Preheader, value.Byline, value.Slug, value.Body, value.Archived);
    }
}
