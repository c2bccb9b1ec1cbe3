using Dispatch.Worker.Staff;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Dispatch.Api.Pages.Desk.Account;

/// <summary>The page on which a member of staff sets a password, through a link that works once.</summary>
public sealed class PasswordModel(Accounts accounts) : PageModel
{
    [BindProperty]
    public string Password { get; set; } = "";

    public bool Good { get; private set; }

    public async Task<IActionResult> OnGetAsync(int id, string token)
    {
        Good = await accounts.IsGoodAsync(id, token);
        return With(Good ? StatusCodes.Status200OK : StatusCodes.Status410Gone);
    }

    public async Task<IActionResult> OnPostAsync(int id, string token, CancellationToken cancel)
    {
        if (!(Good = await accounts.IsGoodAsync(id, token)))
            return With(StatusCodes.Status410Gone);
        var why = (Password ?? "").Length is < StaffServices.ShortestPassword or > StaffServices.LongestPassword
            ? StaffServices.Length
            : await accounts.SetPasswordAsync(id, token, Password!, cancel) is AccountOutcome.Refused refused ? refused.Why : null;
        if (why is not null)
        {
            ModelState.AddModelError(nameof(Password), why);
            return With(StatusCodes.Status422UnprocessableEntity);
        }
        TempData["Done"] = "Your password is set. You can sign in with it now.";
        return Redirect("/desk/sign-in");
    }

    private PageResult With(int status)
    {
        var page = Page();
        page.StatusCode = status;
        return page;
    }
}
