using Dispatch.Api.Http;
using Dispatch.Api.Pages.Shared;
using Dispatch.Api.Subscriptions;
using Dispatch.Worker.Newsletters;
using Dispatch.Worker.Subscribers;
using FluentValidation;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Dispatch.Api.Pages.Reader;

/// <summary>Takes the sign-up form. There is nothing to forge here and so no antiforgery cookie: the mail that follows asks the reader.</summary>
[IgnoreAntiforgeryToken, ReadsItsOwnForm, RequestSizeLimit(Forms.MaxBytes)]
public sealed class SubscribeModel(SiteView site, IValidator<SubscribeRequest> validator, SignUps signUps, SignUpLimit limit, ReaderTexts texts) : PageModel
{
    public SignUpForm Form { get; private set; } = SignUpForm.Empty();
    public bool Taken { get; private set; }

    public async Task OnGetAsync() => Form = SignUpForm.Empty(await site.NewslettersAsync());

    public async Task<IActionResult> OnPostAsync(CancellationToken cancel)
    {
        if (Request.ComesFromFrame())
            HttpContext.OpenForFrames();
        var (fields, refused) = await Request.ReadFieldsAsync(cancel);
        if (refused is { } status)
            return StatusCode(status);
        // A form that wants to be kind trims before it asks.
        var request = new SubscribeRequest(((string?)fields["email"])?.Trim(), ((string?)fields["name"])?.Trim(), [.. fields["newsletter"].OfType<string>()], fields["language"]);
        texts.Choose(request.Language);
        Form = new SignUpForm(await OfferedAsync(request), request, (await validator.ValidateAsync(request, cancel)).CodesByField()) { Framed = HttpContext.IsFramed() };
        if (Form.Faults.Count > 0)
            return Again();
        if (!limit.TryTake(HttpContext.Connection.RemoteIpAddress, out var retryAfter))
        {
            HttpContext.SetRetryAfter(retryAfter);
            return StatusCode(StatusCodes.Status429TooManyRequests);
        }
        await signUps.RequestAsync(request.ToSignUp("form"), cancel);
        Taken = true;
        return Page();
    }

    private PageResult Again()
    {
        Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
        Response.Headers.CacheControl = "no-store";
        return Page();
    }

    // The one newsletter whose page the form stood on, else all.
    private async Task<IReadOnlyList<Newsletter>> OfferedAsync(SubscribeRequest request) =>
        request.Newsletters is [var slug] && await site.FindAsync(slug) is { } one ? [one] : await site.NewslettersAsync();
}
