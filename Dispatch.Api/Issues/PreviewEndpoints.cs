using System.Text;
using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Templates;
using Dispatch.Worker.Deliveries.Messages;
using Dispatch.Worker.Issues;
using Dispatch.Worker.Issues.Content;
using Dispatch.Worker.Settings;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace Dispatch.Api.Issues;

/// <summary>Shows an issue as an invented reader would see it, and its faults.</summary>
internal static class PreviewEndpoints
{
    public static void MapPreviews(this IEndpointRouteBuilder issues)
    {
        issues.MapGet("/issues/{id:int}/preview.html", HtmlAsync).WithSummary("The email's HTML part.")
            .Produces<string>(StatusCodes.Status200OK, "text/html");
        issues.MapGet("/issues/{id:int}/preview.txt", TextAsync).WithSummary("The email's text part.")
            .Produces<string>(StatusCodes.Status200OK, "text/plain");
        issues.MapGet("/issues/{id:int}/preview.eml", MailAsync).WithSummary("The whole email, byte for byte as a relay gets it.")
            .Produces<string>(StatusCodes.Status200OK, "message/rfc822");
        issues.MapGet("/issues/{id:int}/preflight", PreflightAsync)
            .WithSummary("What is wrong with it: an error keeps it from going out, a warning does not.");
    }

    private static async Task<Results<ContentHttpResult, ProblemHttpResult>> HtmlAsync(
        int id, SavedIssues issues, IssuePreview preview, IOptions<SiteSettings> site, HttpContext http, CancellationToken cancel)
    {
        if (await issues.FindAsync(id, cancel) is not { } issue)
            return IssueAnswers.Unknown;
        var shown = await preview.ShowAsync(issue, cancel);
        if (shown.Unreadable)
            return Unreadable(shown.Errors);
        http.Response.Headers.ContentSecurityPolicy = StaffPages.PolicyForMail(site.Value);
        return shown.Html.Length > 0 ? TypedResults.Content(shown.Html, "text/html", Encoding.UTF8) : Unrenderable(shown.Errors[0].Message);
    }

    private static async Task<Results<ContentHttpResult, ProblemHttpResult>> TextAsync(
        int id, SavedIssues issues, IssuePreview preview, CancellationToken cancel)
    {
        if (await issues.FindAsync(id, cancel) is not { } issue)
            return IssueAnswers.Unknown;
        var shown = await preview.ShowAsync(issue, cancel);
        if (shown.Unreadable)
            return Unreadable(shown.Errors);
        return shown.Html.Length > 0 ? TypedResults.Content(shown.Text, "text/plain", Encoding.UTF8)
            : Unrenderable(shown.Errors[0].Message);
    }

    private static async Task<Results<FileContentHttpResult, ProblemHttpResult>> MailAsync(
        int id, SavedIssues issues, IssuePreview preview, SpecimenMail specimen, CancellationToken cancel)
    {
        if (await issues.FindAsync(id, cancel) is not { } issue)
            return IssueAnswers.Unknown;
        if (issue.SendStartedAt is null && await preview.ShowAsync(issue, cancel) is { Unreadable: true } shown)
            return Unreadable(shown.Errors);
        try
        {
            return TypedResults.Bytes(await specimen.WriteAsync(issue, cancel), "message/rfc822", $"{issue.Slug}.eml");
        }
        catch (TemplateException fault)
        {
            return Unrenderable($"A template does not fit: {fault.Message}");
        }
    }

    private static async Task<Results<Ok<IReadOnlyList<ContentFault>>, ProblemHttpResult>> PreflightAsync(
        int id, SavedIssues issues, IssuePreview preview, CancellationToken cancel) =>
        await issues.FindAsync(id, cancel) is { } issue
            ? TypedResults.Ok((await preview.ShowAsync(issue, cancel)).Faults) : IssueAnswers.Unknown;

    // Returns 422 like a refused save, because the text is at fault.
    private static ProblemHttpResult Unreadable(IReadOnlyList<ContentFault> errors) =>
        Problems.Invalid(new Dictionary<string, string[]>
        {
            ["body"] = [.. errors.Where(fault => fault.Line is not null).DefaultIfEmpty(errors[0]).Select(fault => fault.InWords())]
        });

    private static ProblemHttpResult Unrenderable(string why) => Problems.Conflict(why);
}
