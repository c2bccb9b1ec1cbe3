using Dispatch.Worker.Staff;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Dispatch.Api.Pages.Desk;

/// <summary>Ends the session; only the POST does.</summary>
public sealed class SignOutModel(SignInManager<StaffMember> signIn) : PageModel
{
    public async Task<IActionResult> OnPostAsync()
    {
        await signIn.SignOutAsync();
        return Redirect("/desk/sign-in");
    }
}
