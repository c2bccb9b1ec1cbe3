using Dispatch.Worker.Staff;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Dispatch.Api.Pages.Desk;

/// <summary>Where staff sign in. One answer to a wrong address, a wrong password and a locked account.</summary>
public sealed class SignInModel(SignInManager<StaffMember> signIn, UserManager<StaffMember> staff) : PageModel
{
    // Checked where there is no account, so that the answer takes as long as with one.
    private static readonly string NobodysHash = new PasswordHasher<StaffMember>().HashPassword(new StaffMember(), "nobody's password");

    [BindProperty]
    public string Email { get; set; } = "";

    [BindProperty]
    public string Password { get; set; } = "";

    [BindProperty(SupportsGet = true)]
    public string? ReturnUrl { get; set; }

    public bool Failed { get; private set; }

    public IActionResult OnGet() => User.Identity is { IsAuthenticated: true } && ReturnUrl is null ? Redirect("/desk") : Page();

    public async Task<IActionResult> OnPostAsync()
    {
        var member = await staff.FindByEmailAsync(Email?.Trim() ?? "");
        if (member is null || member.PasswordHash is null)
            new PasswordHasher<StaffMember>().VerifyHashedPassword(new StaffMember(), NobodysHash, Password ?? "");
        else if (await signIn.PasswordSignInAsync(member, Password ?? "", isPersistent: true, lockoutOnFailure: true) is { Succeeded: true })
            return Redirect(Url.IsLocalUrl(ReturnUrl) ? ReturnUrl! : await HomeOfAsync(member));
        Failed = true;
        return Page();
    }

    private async Task<string> HomeOfAsync(StaffMember member) =>
        (await staff.GetRolesAsync(member)).Any(role => role is StaffRoles.Correspondent or StaffRoles.Editor) ? "/desk" : "/ops";
}
