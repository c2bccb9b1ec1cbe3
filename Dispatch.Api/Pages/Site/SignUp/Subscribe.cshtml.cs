using Dispatch.Api.Http;
using Dispatch.Api.Http.Input;
using Dispatch.Api.Pages.Shared;
using Dispatch.Api.Subscribers;
using Dispatch.Worker.Newsletters;
using Dispatch.Worker.Subscribers.SignUp;
using FluentValidation;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Dispatch.Api.Pages.Site.SignUp;

/// <summary>
/// The page that receives the sign-up form. It needs no antiforgery cookie, because the reader has to confirm by email anyway. During a
/// flood of sign-ups, a script on the page does some work, or the reader has to wait.
/// </summary>
[IgnoreAntiforgeryToken, ReadsItsOwnForm, RequestSizeLimit(Forms.MaxBytes)]
public sealed class SubscribeModel(
    SiteView site, IValidator<SubscribeRequest> validator, SignUpGate gate, FormTimestamps stamps, ReaderTexts texts) : PageModel
{
    public SignUpForm Form { get; private set; } = SignUpForm.Empty();
    public SignUpAnswer.Taken? Taken { get; private set; }
    public SignUpAnswer.Asked? Asked { get; private set; }

    public async Task OnGetAsync() => Form = SignUpForm.Empty(await site.NewslettersAsync());

    public async Task<IActionResult> OnPostAsync(CancellationToken cancel)
    {
        if (Request.ComesFromFrame())
            HttpContext.OpenForFrames();
        var (fields, refused) = await Request.ReadFieldsAsync(cancel);
        if (refused is { } status)
            return StatusCode(status);
        await site.UseRecentAsync(cancel);
        // The form accepts surrounding whitespace, so it is trimmed first.
        var request = new SubscribeRequest(((string?)fields["email"])?.Trim(), ((string?)fields["name"])?.Trim(),
            [.. fields["newsletter"].OfType<string>()], fields["language"]);
        texts.Choose(request.Language);
        Form = new SignUpForm(await OfferedAsync(request), request, (await validator.ValidateAsync(request, cancel)).KeysByField())
        {
            Framed = HttpContext.IsFramed(),
            Shown = stamps.Judge(fields[SignUpForm.Stamp]) is FormTimestampResult.None ? null : (string?)fields[SignUpForm.Stamp],
        };
        if (Form.IsWithoutChoice)
            Form = Form.With("newsletters", "fault.newsletters.none");
        if (Form.Faults.Count > 0)
            return Again();
        var marks = new SignUpMarks(
            HttpContext.Connection.RemoteIpAddress, IsForm: true, FilledTrap: !string.IsNullOrEmpty(fields[SignUpForm.Trap]),
                fields[SignUpForm.Stamp], fields["challenge"], fields["proof"]);
        switch (await gate.RequestAsync(request.ToSignUp("form"), marks, cancel))
        {
            case SignUpAnswer.Taken taken:
                Taken = taken;
                return Page();
            case SignUpAnswer.Asked asked:
                Asked = asked;
                Response.Headers.ContentSecurityPolicy = PageHeaders.WithOurScript;
                Response.Headers.CacheControl = "no-store";
                return Page();
            case SignUpAnswer.TooMany(var retryAfter):
                HttpContext.SetRetryAfter(retryAfter);
                return StatusCode(StatusCodes.Status429TooManyRequests);
            case SignUpAnswer.TakesNoMail:
                Form = Form.With("email", "fault.address.no-mail");
                return Again();
            default:
                Form = Form.With("newsletters", "fault.newsletter");
                return Again();
        }
    }

    private PageResult Again()
    {
        Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
        Response.Headers.CacheControl = "no-store";
        return Page();
    }

    // Returns the newsletter on whose page the form was, or all newsletters.
    private async Task<IReadOnlyList<Newsletter>> OfferedAsync(SubscribeRequest request) =>
        request.Newsletters is [var slug] && await site.FindAsync(slug) is { } one ? [one] : await site.NewslettersAsync();
}
