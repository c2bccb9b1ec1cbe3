using System.ComponentModel;
using System.Security.Claims;
using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Api.Http.Input;
using Dispatch.Worker.Deliveries.Decisions;
using Dispatch.Worker.Newsletters;
using Dispatch.Worker.Scheduling;
using Dispatch.Worker.Settings;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace Dispatch.Api.Newsletters;

internal static class NewsletterEndpoints
{
    private const int MostSlots = 200;

    public static ProblemHttpResult Unknown => Problems.NotFound("There is no newsletter with this name.");

    public static void MapNewsletters(this IEndpointRouteBuilder routes)
    {
        var newsletters = routes.MapApi("Newsletters");
        newsletters.MapGet("/newsletters", ListAsync).WithSummary("The newsletters.");
        newsletters.MapGet("/newsletters/{slug}", ReadAsync).WithSummary("A newsletter and its settings.")
            .WithDescription("Its ETag is what a change is based on.").ProducesProblem(StatusCodes.Status404NotFound);
        newsletters.MapGet("/newsletters/{slug}/slots", SlotsAsync).WithSummary("The next slots, and what was decided about each.")
            .ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status422UnprocessableEntity);
        var writing = routes.MapApi("Newsletters", Policies.Write);
        // PUT keeps what it isn't given, so it does what PATCH does.
        writing.MapMethods("/newsletters/{slug}", [HttpMethods.Put, HttpMethods.Patch], SaveAsync).Validate<NewsletterRequest>()
            .WithSummary("Change a newsletter's settings.")
            .WithDescription("Every field may be left out, with PUT as with PATCH: what is left out or null stays as it is; an empty text "
                + "removes a value. The slug stays for good, because messages that were sent contain it. With If-Match, a change that is "
                + "based on older settings gets 412. Issues that have a slot keep it when the schedule changes.")
            .ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status412PreconditionFailed);
        writing.MapLogo();
    }

    private static async Task<Ok<Page<NewsletterResponse>>> ListAsync(
        NewsletterDirectory newsletters, IOptions<SiteSettings> site, CancellationToken cancel) =>
        TypedResults.Ok(Page.Whole(
            (await newsletters.AllAsync(cancel)).ConvertAll(newsletter => NewsletterResponse.Of(newsletter, site.Value.Url))));

    private static async Task<Results<Ok<NewsletterResponse>, ProblemHttpResult>> ReadAsync(
        string slug, NewsletterDirectory newsletters, IOptions<SiteSettings> site, HttpContext http, CancellationToken cancel) =>
        await newsletters.FindAsync(slug, cancel) is { } newsletter ? Shown(newsletter, site.Value.Url, http) : Unknown;

    private static async Task<Results<Ok<NewsletterResponse>, ProblemHttpResult>> SaveAsync(string slug, NewsletterRequest request,
        NewsletterDirectory newsletters, NewsletterDesk desk, SlotJobs jobs, IOptions<SiteSettings> site, ClaimsPrincipal caller,
        HttpContext http, CancellationToken cancel)
    {
        if (await newsletters.FindAsync(slug, cancel) is not { } known)
            return Unknown;
        // Fields that the request omits are taken from the newsletter as just read, so it must be unchanged when it is saved.
        var current = NewsletterDesk.MarkOf(known);
        if (http.Request.IsRuledOut(current))
            return Revisions.ItExists();
        if (!http.Request.Expects(current))
            return Stale(known, http);
        var wanted = request.AppliedTo(known);
        switch (await desk.EditAsync(slug, wanted, current, caller.Actor(), cancel))
        {
            case NewsletterOutcome.Done done:
                if (done.NewRhythm)
                    await jobs.SyncAsync(cancel);
                http.TellDropped([.. NewsletterFields.All
                    .Where(field => field.IsProse && UnseenCharacters.AreIn(field.Get(wanted))).Select(field => field.Name)]);
                return Shown(done.Newsletter, site.Value.Url, http);
            case NewsletterOutcome.Stale stale:
                return Stale(stale.Current, http);
            case NewsletterOutcome.Invalid invalid:
                return Problems.Invalid(invalid.Faults);
            default:
                return Unknown;
        }
    }

    /// <summary>Returns a newsletter with its ETag.</summary>
    public static Ok<NewsletterResponse> Shown(Newsletter newsletter, Uri site, HttpContext http)
    {
        http.SetTag(NewsletterDesk.MarkOf(newsletter));
        return TypedResults.Ok(NewsletterResponse.Of(newsletter, site));
    }

    private static ProblemHttpResult Stale(Newsletter current, HttpContext http) => Revisions.Stale(http, NewsletterDesk.MarkOf(current),
        "These settings have changed. Fetch them and apply your change to them.");

    private static async Task<Results<Ok<Page<SlotView>>, ProblemHttpResult>> SlotsAsync(
        string slug, Slots slots, NewsletterDirectory newsletters, CancellationToken cancel,
        [Description("How many: 1 to 200.")] int count = 12)
    {
        if (count is < 1 or > MostSlots)
            return Problems.Invalid("count", $"Ask for 1 to {MostSlots}.");
        return await newsletters.FindAsync(slug, cancel) is { } newsletter
            ? TypedResults.Ok(Page.Whole(await slots.UpcomingAsync(newsletter, count, cancel)))
            : Unknown;
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
