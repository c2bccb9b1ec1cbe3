using Dispatch.Api.Http.Access;
using Dispatch.Templates.Languages;
using Dispatch.Worker.Addresses;
using Dispatch.Worker.Staff;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Dispatch.Api.Pages.Desk.Account;

/// <summary>
/// The page that creates the first account, through the link printed on the terminal. Any other token gets 404. Once an account exists, the
/// answer is 410.
/// </summary>
public sealed class SetupModel(FirstAccount first, UserManager<StaffMember> staff) : PageModel
{
    [BindProperty]
    public string Email { get; set; } = "";

    [BindProperty]
    public string Password { get; set; } = "";

    public bool Used { get; private set; }

    public async Task<IActionResult> OnGetAsync(string token, CancellationToken cancel) => await LookAsync(token, cancel) ?? Page();

    public async Task<IActionResult> OnPostAsync(string token, CancellationToken cancel)
    {
        if (await LookAsync(token, cancel) is { } closed)
            return closed;
        if (!EmailAddress.TryParse(Email?.Trim(), out var email, out var fault))
            ModelState.AddModelError(nameof(Email), Texts.ForStaff[fault]);
        if ((Password ?? "").Length is < StaffServices.ShortestPassword or > StaffServices.LongestPassword)
            ModelState.AddModelError(nameof(Password), StaffServices.Length);
        if (!ModelState.IsValid)
            return UnprocessablePage();
        switch (await first.MakeAsync(token, email!.Normalized, Password!, cancel))
        {
            case AccountOutcome.Done done:
                var member = await staff.FindByIdAsync(done.Id.ToString(System.Globalization.CultureInfo.InvariantCulture));
                await HttpContext.BeginSessionAsync(member!);
                return Redirect("/desk");
            case AccountOutcome.Refused refused:
                ModelState.AddModelError(refused.OfPassword ? nameof(Password) : nameof(Email), refused.Why);
                return UnprocessablePage();
            default:
                throw new InvalidOperationException("expected Done or Refused");
        }
    }

    private async Task<IActionResult?> LookAsync(string token, CancellationToken cancel)
    {
        switch (await first.LookAtAsync(token, cancel))
        {
            case SetupLink.Good:
                return null;
            case SetupLink.Used:
                Used = true;
                var page = Page();
                page.StatusCode = StatusCodes.Status410Gone;
                return page;
            default:
                return NotFound();
        }
    }

    private PageResult UnprocessablePage()
    {
        var page = Page();
        page.StatusCode = StatusCodes.Status422UnprocessableEntity;
        return page;
    }
}
