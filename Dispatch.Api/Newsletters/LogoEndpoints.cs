using System.Security.Claims;
using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Api.Http.Input;
using Dispatch.Worker.Issues.Brands;
using Dispatch.Worker.Newsletters;
using Dispatch.Worker.Settings;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace Dispatch.Api.Newsletters;

internal static class LogoEndpoints
{
    public static void MapLogo(this IEndpointRouteBuilder newsletters)
    {
        newsletters.MapPut("/newsletters/{slug}/logo", SetAsync)
            .TakesPicture()
            .WithSummary("Give a newsletter a logo, in place of the one it has.")
            .WithDescription("A multipart form with one file. It is shown at the top of emails and pages, at most 300 by 72 pixels.")
            .ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status422UnprocessableEntity);
        newsletters.MapDelete("/newsletters/{slug}/logo", RemoveAsync)
            .WithSummary("Remove a newsletter's logo. Messages sent earlier still show it.")
            .ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static async Task<Results<Ok<NewsletterResponse>, ProblemHttpResult>> SetAsync(string slug, IFormFileCollection files,
        Logos logos, NewsletterDirectory newsletters, IOptions<SiteSettings> site, ClaimsPrincipal caller, HttpContext http,
        CancellationToken cancel)
    {
        if (await newsletters.FindAsync(slug, cancel) is null)
            return NewsletterEndpoints.Unknown;
        if (files is not [var file])
            return Problems.Invalid("logo", $"Send one file; the request has {files.Count}.");
        await using var picture = file.OpenReadStream();
        return await logos.SetAsync(slug, picture, caller.Actor(), cancel) is { } fault ? Problems.Invalid("logo", fault)
            : NewsletterEndpoints.Shown((await newsletters.FindAsync(slug, cancel))!, site.Value.Url, http);
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> RemoveAsync(
        string slug, Logos logos, NewsletterDirectory newsletters, ClaimsPrincipal caller, CancellationToken cancel)
    {
        if (await newsletters.FindAsync(slug, cancel) is null)
            return NewsletterEndpoints.Unknown;
        await logos.RemoveAsync(slug, caller.Actor(), cancel);
        return TypedResults.NoContent();
    }
}
