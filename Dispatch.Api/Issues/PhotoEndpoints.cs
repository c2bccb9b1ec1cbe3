using System.ComponentModel;
using System.Security.Claims;
using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Api.Http.Input;
using Dispatch.Worker.Issues;
using Dispatch.Worker.Issues.Photos;
using Dispatch.Worker.Settings;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;

namespace Dispatch.Api.Issues;

internal static class PhotoEndpoints
{
    public static void MapPhotos(this IEndpointRouteBuilder issues)
    {
        issues.MapPost("/issues/{id:int}/photos", AddAsync)
            .OncePerKey()
            .TakesPicture()
            .WithSummary("Add a picture to an issue; returns the Markdown to paste.")
            .WithDescription("A multipart form with one file and, optionally, alt, caption and credit. "
                + "It is re-encoded without its metadata. If another picture of the issue has its name, it gets a number, "
                + "such as photos/border-2.jpg, unless replace=true replaces the first. "
                + "Until the issue goes out, only staff can fetch it; then it is public if the issue shows it, and deleted if not.")
            .ProducesProblem(StatusCodes.Status409Conflict).ProducesProblem(StatusCodes.Status422UnprocessableEntity);
        issues.MapDelete("/issues/{id:int}/photos", RemoveAsync)
            .WithSummary("Remove a picture from an issue that has not gone out, and its file for good.")
            .ProducesProblem(StatusCodes.Status409Conflict);
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> RemoveAsync(
        int id, [FromQuery, Description("The name used in the Markdown, such as photos/border.jpg.")] string name,
        IssuePhotos photos, ClaimsPrincipal caller, CancellationToken cancel) =>
        await photos.RemoveAsync(id, name, caller.Actor(), cancel) switch
        {
            PhotoRemoved.Done => TypedResults.NoContent(),
            PhotoRemoved.Locked locked => Problems.Conflict(locked.Why),
            _ => Problems.NotFound("There is no such issue, or it has no picture with this name."),
        };

    private static async Task<Results<Created<PhotoResponse>, ProblemHttpResult>> AddAsync(
        int id, IFormFileCollection files, [FromForm] string? alt, [FromForm] string? caption, [FromForm] string? credit,
        [FromForm] bool? replace, IssuePhotos photos, SavedIssues issues, IOptions<SiteSettings> site, UndoTime undo, TimeProvider clock,
        ClaimsPrincipal caller, CancellationToken cancel)
    {
        if (await issues.FindAsync(id, cancel) is not { } issue)
            return IssueAnswers.Unknown;
        if (issue.Locked(clock.GetUtcNow(), undo) is { } locked)
            return Problems.Conflict(locked.Why);
        if (files is not [var file])
            return Problems.Invalid("photo", $"Send one file; the request has {files.Count}.");
        if (PhotoNames.Of(file.FileName) is not { } name)
            return Problems.Invalid("photo", PhotoNames.NoName);
        await using var picture = file.OpenReadStream();
        return await photos.AddAsync(id, name, picture, caller.Actor(), replace ?? false, cancel) switch
        {
            AddPhotoResult.Done(var photo) => Added(photo, PhotoMarkdown.Of(photo.FileName, alt, caption, credit), site.Value.Url),
            AddPhotoResult.Locked late => Problems.Conflict(late.Why),
            AddPhotoResult.Refused refused => Problems.Invalid("photo", refused.Why),
            _ => IssueAnswers.Unknown,
        };
    }

    private static Created<PhotoResponse> Added(Photo photo, string markdown, Uri site)
    {
        var url = new Uri(site, $"media/{photo.MediaName}");
        return TypedResults.Created(url, new PhotoResponse(photo.FileName, url.AbsoluteUri, photo.Width, photo.Height, markdown));
    }
}

/// <summary>A picture that was accepted.</summary>
/// <param name="FileName">The picture's name in the Markdown.</param>
/// <param name="Url">The picture's URL. It works for staff now, and for readers once the issue has gone out.</param>
/// <param name="Width">The stored width in pixels.</param>
/// <param name="Height">The stored height in pixels.</param>
/// <param name="Markdown">The Markdown to paste into the body.</param>
internal sealed record PhotoResponse(string FileName, string Url, int Width, int Height, string Markdown);

internal static class PhotoMarkdown
{
    /// <summary>Returns a figure, such as <c>![alt](photos/x.jpg "caption | credit")</c>.</summary>
    public static string Of(string name, string? alt, string? caption, string? credit)
    {
        (caption, credit) = (caption?.Trim() ?? "", credit?.Trim() ?? "");
        // The text after the last bar is the credit, so a caption that contains a bar needs another bar after it.
        var title = credit.Length > 0 || caption.Contains('|') ? $"{caption} | {credit}" : caption;
        return title.Length == 0 ? $"![{Escape(alt, "[]")}]({name})" : $"![{Escape(alt, "[]")}]({name} \"{Escape(title, "\"")}\")";
    }

    private static string Escape(string? text, string signs) =>
        string.Concat((text ?? "").ReplaceLineEndings(" ").Trim()
            .Select(letter => letter == '\\' || signs.Contains(letter) ? $"\\{letter}" : $"{letter}"));
}
