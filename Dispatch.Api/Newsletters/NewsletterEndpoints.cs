using System.ComponentModel;
using Dispatch.Api.Http;
using Dispatch.Worker.Newsletters;
using Dispatch.Worker.Scheduling;
using Dispatch.Worker.Settings;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace Dispatch.Api.Newsletters;

internal static class NewsletterEndpoints
{
    private const int MostSlots = 200;

    public static void MapNewsletters(this IEndpointRouteBuilder routes)
    {
        var newsletters = routes.MapApi("Newsletters");
        newsletters.MapGet("/newsletters", ListAsync).WithSummary("The newsletters.");
        newsletters.MapGet("/newsletters/{slug}/slots", SlotsAsync).WithSummary("The next edition slots, and what was decided about each.")
            .ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status422UnprocessableEntity);
    }

    private static async Task<Ok<Page<NewsletterResponse>>> ListAsync(
        NewsletterDirectory newsletters, IOptions<SiteSettings> site, CancellationToken cancel) =>
        TypedResults.Ok(Page.Whole(
            (await newsletters.AllAsync(cancel)).ConvertAll(newsletter => NewsletterResponse.Of(newsletter, site.Value.Url))));

    private static async Task<Results<Ok<Page<SlotView>>, ProblemHttpResult>> SlotsAsync(
        string slug, Slots slots, NewsletterDirectory newsletters, CancellationToken cancel,
        [Description("How many: 1 to 200.")] int count = 12)
    {
        if (count is < 1 or > MostSlots)
            return Problems.Invalid("count", $"Expected 1 to {MostSlots}.");
        return await newsletters.FindAsync(slug, cancel) is { } newsletter
            ? TypedResults.Ok(Page.Whole(await slots.UpcomingAsync(newsletter, count, cancel)))
            : Problems.NotFound("There is no newsletter of this name.");
    }
}

/// <summary>
/// A newsletter and its settings. Names and descriptions are those in languages of readers, by language. The colors and the logo are null
/// if the newsletter has none of its own.
/// </summary>
internal sealed record NewsletterResponse(string Slug, string Name, string Description, string From, string? ReplyTo,
    string Schedule, string TimeZone, string Locale, string PostalAddress, IReadOnlyDictionary<string, string> Names,
    IReadOnlyDictionary<string, string> Descriptions, string? Color, string? DarkColor, bool SmartTypography, string? LogoUrl)
{
    public static NewsletterResponse Of(Newsletter newsletter, Uri site) => new(
        newsletter.Slug, newsletter.Name, newsletter.Description, newsletter.From, newsletter.ReplyTo, newsletter.Schedule,
            newsletter.TimeZone, newsletter.Locale, newsletter.PostalAddress, newsletter.Names, newsletter.Descriptions,
            Given(newsletter.Color), Given(newsletter.DarkColor), newsletter.SmartTypography,
            newsletter.LogoName is { } logo ? new Uri(site, $"media/{logo}").AbsoluteUri : null);

    private static string? Given(string text) => text.Length > 0 ? text : null;
}
