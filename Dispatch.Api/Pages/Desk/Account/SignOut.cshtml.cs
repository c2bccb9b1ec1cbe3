using Dispatch.Api.Http.Access;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Dispatch.Api.Pages.Desk.Account;

/// <summary>The page that ends a session, by a POST only.</summary>
public sealed class SignOutModel : PageModel
{
    public async Task<IActionResult> OnPostAsync()
    {
        await HttpContext.EndSessionAsync();
        return Redirect("/desk/sign-in");
    }
}
