using Dispatch.Api.Issues;
using Dispatch.Worker.Audit;
using Dispatch.Worker.Issues;
using Dispatch.Worker.Issues.Content;
using Dispatch.Worker.Issues.Photos;

namespace Dispatch.Api.Pages.Desk.Issues.Editing;

/// <summary>
/// Processes the forms of the desk's editor. Every button on an issue's page also saves the text before its own action, so the text on the
/// screen is the text that goes out.
/// </summary>
public sealed class IssueEditing(SavedIssues saved, IssueDesk desk, IssuePhotos photos)
{
    private const string SeenOld =
        "Someone else saved this issue since you opened it. You hadn’t changed anything, so this is their text: check it, and then "
            + "decide.";

    /// <summary>Saves the text. Returns null if there is nothing to save.</summary>
    public async Task<IssueOutcome?> SaveAsync(int id, IssueForm form, Actor actor, CancellationToken cancel)
    {
        if (form.Revision is not { } revision)
            return null;
        if (await desk.FindAsync(id, cancel) is not { } issue)
            return new IssueOutcome.Unknown();
        var text = form.Text.Tidied();
        if (text.Slug.Length == 0)
            text = text with { Slug = issue.Slug };
        if (revision == issue.Revision)
            return text == issue.Text ? null : await desk.EditAsync(id, text, revision, actor, cancel);
        if (text != issue.Text && !await WasSavedAsAsync(id, revision, text, cancel))
            return await desk.EditAsync(id, text, revision, actor, cancel);
        form.Revision = null; // the form has no newly typed text
        return new IssueOutcome.Refused(SeenOld);
    }

    /// <summary>
    /// Adds pictures, in place of those with the same names or beside them. Returns the names of the added pictures, and the reasons for
    /// refusing others.
    /// </summary>
    public async Task<(IReadOnlyList<string> Added, IReadOnlyList<string> Refused)> AddAsync(int id,
        IEnumerable<IFormFile> pictures, bool replaces, Actor actor, CancellationToken cancel)
    {
        var (added, refused) = (new List<string>(), new List<string>());
        foreach (var picture in pictures.Where(picture => picture.Length > 0))
        {
            if (PhotoNames.Of(picture.FileName) is not { } name)
            {
                refused.Add($"{picture.FileName}: {PhotoNames.NoName}");
                continue;
            }
            await using var stream = picture.OpenReadStream();
            switch (await photos.AddAsync(id, name, stream, actor, replaces, cancel))
            {
                case AddPhotoResult.Refused { Why: var why }:
                    refused.Add($"{name}: {why}");
                    break;
                case AddPhotoResult.Locked { Why: var why }:
                    return (added, [.. refused, why]);
                case AddPhotoResult.Done { Photo: var photo }:
                    added.Add(photo.FileName);
                    break;
            }
        }
        return (added, refused);
    }

    /// <summary>Inserts a picture at the end of the text, or returns what is missing from its description.</summary>
    public async Task<(IssueOutcome Outcome, string? Fault)> InsertAsync(int id, int photoId, IFormCollection typed,
        Actor actor, CancellationToken cancel)
    {
        if (await photos.FindAsync(id, photoId, cancel) is not { } photo || await desk.FindAsync(id, cancel) is not { } issue)
            return (new IssueOutcome.Unknown(), null);
        string Of(string field) => typed[$"{field}-{photoId}"].ToString().Trim();
        if (Of("Alt").Length == 0)
            return (new IssueOutcome.Unknown(), "Describe what the picture shows, for readers who can\u2019t see it.");
        var body =
            $"{issue.Body.TrimEnd()}\n\n{PhotoMarkdown.Of(photo.FileName, Of("Alt"), Of("Caption"), Of("Credit"))}\n".TrimStart('\n');
        return (await desk.EditAsync(id, issue.Text with { Body = body }, issue.Revision, actor, cancel), null);
    }

    /// <summary>Removes a picture permanently.</summary>
    public async Task<PhotoRemoved> RemoveAsync(int id, int photoId, Actor actor, CancellationToken cancel) =>
        await photos.FindAsync(id, photoId, cancel) is { } photo
            ? await photos.RemoveAsync(id, photo.FileName, actor, cancel) : new PhotoRemoved.Unknown();

    private async Task<bool> WasSavedAsAsync(int id, int revision, IssueText text, CancellationToken cancel) =>
        await saved.FindRevisionAsync(id, revision, cancel) is { } seen && seen.Text == text;
}
