using Dispatch.Api.Http;
using Dispatch.Api.Http.Input;
using Dispatch.Api.Pages.Shared;
using Dispatch.Worker.Issues;
using Dispatch.Worker.Newsletters;
using Dispatch.Worker.Subscribers.Confirmations;
using Dispatch.Worker.Subscribers.SignUp;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Dispatch.Api.Pages.Site.Reader;

/// <summary>The page behind the link in a confirmation message. Only its button confirms, because mail scanners follow links.</summary>
[IgnoreAntiforgeryToken, ReadsItsOwnForm, RequestSizeLimit(Forms.MaxBytes), ResponseCache(NoStore = true)]
public sealed class ConfirmModel(
    Confirming confirming, ConfirmationRenewal renewing, PublishedIssues issues, SiteView site, ReaderTexts texts) : PageModel
{
    public ConfirmationResult Result { get; private set; } = ConfirmationResult.Unknown;

    /// <summary>Whether a new link was requested in place of an expired one.</summary>
    public bool Renewed { get; private set; }

    /// <summary>Of the newsletters just confirmed, those with earlier issues to read.</summary>
    public List<Newsletter> Archived { get; } = [];

    /// <summary>The newsletters for the sign-up form, which is shown if the link is not valid.</summary>
    public IReadOnlyList<Newsletter> All { get; private set; } = [];

    public async Task OnGetAsync(string token, CancellationToken cancel) =>
        await ShowAsync(await confirming.LookAsync(token, cancel), cancel);

    public async Task<IActionResult> OnPostAsync(string token, CancellationToken cancel)
    {
        var (fields, refused) = await Request.ReadFieldsAsync(cancel);
        if (refused is { } status)
            return StatusCode(status);
        switch (fields.ContainsKey("renew") ? await renewing.RenewAsync(token, HttpContext.Connection.RemoteIpAddress, cancel) : null)
        {
            case SignUpAnswer.TooMany(var retryAfter):
                HttpContext.SetRetryAfter(retryAfter);
                return StatusCode(StatusCodes.Status429TooManyRequests);
            case SignUpAnswer.Taken:
                Renewed = true;
                break;
            default:
                var shown = await ShownAsync(token, cancel);
                await ShowAsync(await confirming.ConfirmAsync(token, HttpContext.Connection.RemoteIpAddress, shown, cancel), cancel);
                break;
        }
        return Page();
    }

    // Returns the texts of the page whose button was pressed, as Confirm.cshtml shows them.
    private async Task<ShownWords> ShownAsync(string token, CancellationToken cancel)
    {
        var look = await confirming.LookAsync(token, cancel);
        texts.Prefer(look.Language);
        texts.FallBackTo(look.Newsletters is [var first, ..] ? first : null);
        var names = texts.TitlesOf(look.Newsletters);
        var lede = texts.Plain("confirm.waiting.lede", ("newsletters", names));
        return new(texts.Language, string.Join('\n', texts["confirm.waiting.heading"], lede, texts["confirm.waiting.button"]));
    }

    private async Task ShowAsync(ConfirmationResult look, CancellationToken cancel)
    {
        Result = look;
        texts.Prefer(look.Language);
        if (look.Status is ConfirmationStatus.Unknown)
            All = await site.NewslettersAsync();
        if (look.Status is ConfirmationStatus.Confirmed)
            foreach (var newsletter in look.Newsletters)
                if (await issues.AnyAsync(newsletter, cancel))
                    Archived.Add(newsletter);
        Response.StatusCode = look.Status switch
        {
            ConfirmationStatus.Unknown => StatusCodes.Status404NotFound,
            ConfirmationStatus.Expired => StatusCodes.Status410Gone,
            ConfirmationStatus.Suppressed => StatusCodes.Status409Conflict,
            _ => StatusCodes.Status200OK,
        };
    }
}
