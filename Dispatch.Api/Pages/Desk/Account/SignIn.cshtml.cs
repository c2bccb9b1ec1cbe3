using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Api.Http.Input;
using Dispatch.Worker.Settings;
using Dispatch.Worker.Staff;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.Options;

namespace Dispatch.Api.Pages.Desk.Account;

/// <summary>
/// The page on which staff sign in. A wrong address, a wrong password and a locked account get the same answer. A form sent after the
/// session's end is kept here, encrypted, and comes back after the sign-in (<see cref="KeptText"/>).
/// </summary>
[RequestFormLimits(ValueLengthLimit = KeptText.MostLetters)]
public sealed class SignInModel(SignIns signIns, UserManager<StaffMember> staff, KeptForms forms, IOptions<SiteSettings> site) : PageModel
{
    private const string Browser = "dispatch-browser";

    [BindProperty]
    public string Email { get; set; } = "";

    [BindProperty]
    public string Password { get; set; } = "";

    [BindProperty(SupportsGet = true)]
    public string? ReturnUrl { get; set; }

    /// <summary>The encrypted form kept on this page, or null.</summary>
    [BindProperty]
    public string? Kept { get; set; }

    public bool Failed { get; private set; }

    /// <summary>How long this network has to wait after too many attempts, or null if it need not wait.</summary>
    public TimeSpan? Wait { get; private set; }

    /// <summary>Whether the password was right, but the account may not use the kept text.</summary>
    public bool MayNotWrite { get; private set; }

    /// <summary>Whether this page was open for too long, so its form was refused.</summary>
    public bool OpenTooLong { get; private set; }

    public IActionResult OnGet()
    {
        if (HttpContext.Kept() is not { } kept)
            return User.Identity is { IsAuthenticated: true } && ReturnUrl is null ? Redirect(Policies.HomeOf(User.IsInRole).Path) : Page();
        OpenTooLong = kept.Path == HttpContext.Request.Path;
        (Kept, Email) = OpenTooLong ? (kept[KeptText.Field], kept["Email"] ?? "") : (forms.Seal(kept), kept.Writer ?? "");
        ReturnUrl = OpenTooLong ? kept["returnUrl"] : null;
        var page = Page();
        page.StatusCode = OpenTooLong ? StatusCodes.Status400BadRequest : StatusCodes.Status403Forbidden; // the POST had no effect
        return page;
    }

    public async Task<IActionResult> OnPostAsync()
    {
        if (!string.IsNullOrEmpty(Kept) && forms.Open(Kept) is null)
            Kept = null; // the kept form is too old or not from this site
        switch (await signIns.TryAsync(Email ?? "", Password ?? "", HttpContext.Connection.RemoteIpAddress, Request.Cookies[Browser],
            HttpContext.RequestAborted))
        {
            case SignInOutcome.Welcome welcome:
                return await EnterAsync(welcome);
            case SignInOutcome.TooMany tooMany:
                Wait = tooMany.RetryAfter;
                HttpContext.SetRetryAfter(tooMany.RetryAfter);
                var page = Page();
                page.StatusCode = StatusCodes.Status429TooManyRequests;
                return page;
            default:
                Failed = true;
                return Page();
        }
    }

    private async Task<IActionResult> EnterAsync(SignInOutcome.Welcome welcome)
    {
        var home = await HomeOfAsync(welcome.Member);
        MayNotWrite = !string.IsNullOrEmpty(Kept) && home != "/desk";
        if (MayNotWrite)
            return Page();
        await HttpContext.BeginSessionAsync(welcome.Member);
        Response.Cookies.Append(Browser, welcome.Mark, new CookieOptions
        {
            Path = $"{Request.PathBase}/desk/sign-in",
            HttpOnly = true,
            SameSite = SameSiteMode.Strict,
            Secure = site.Value.IsSecure || Request.IsHttps,
            MaxAge = KnownBrowsers.Lifetime,
        });
        return !string.IsNullOrEmpty(Kept) ? RedirectPreserveMethod(KeptText.Door)
            : Redirect(Url.IsLocalUrl(ReturnUrl) ? ReturnUrl! : home);
    }

    private async Task<string> HomeOfAsync(StaffMember member)
    {
        var roles = await staff.GetRolesAsync(member);
        return Policies.HomeOf(roles.Contains).Path;
    }
}
