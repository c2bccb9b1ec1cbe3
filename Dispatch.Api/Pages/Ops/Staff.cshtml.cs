using Dispatch.Api.Http.Access;
using Dispatch.Templates.Languages;
using Dispatch.Worker.Addresses;
using Dispatch.Worker.Staff;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Dispatch.Api.Pages.Ops;

/// <summary>
/// The page on access: accounts with their roles and sessions, and API tokens. Ops can look, admins can make changes. A new link or token
/// is shown once, in the response to its form.
/// </summary>
public sealed class StaffModel(Accounts accounts, ApiTokens tokens, TimeProvider clock) : PageModel
{
    public DateTimeOffset Now { get; } = clock.GetUtcNow();
    public IReadOnlyList<StaffView> People { get; private set; } = [];
    public IReadOnlyList<ApiToken> Tokens { get; private set; } = [];
    public bool MayChange => User.IsInRole(StaffRoles.Admin);

    /// <summary>The id of the person who views the page.</summary>
    public int? Self => User.Actor().StaffId;

    [BindProperty]
    public string? Email { get; set; }

    [BindProperty]
    public List<string> Roles { get; set; } = [];

    [BindProperty]
    public string? Name { get; set; }

    [BindProperty]
    public string? Role { get; set; }

    [BindProperty]
    public int? Days { get; set; }

    /// <summary>A link for setting a password, and its owner's address. Shown only once.</summary>
    public (string Email, string Link)? OneTimeLink { get; private set; }

    /// <summary>A new token. Shown only once.</summary>
    public (string Name, string Token)? FreshToken { get; private set; }

    public Task<IActionResult> OnGetAsync(CancellationToken cancel) => ShowAsync(cancel);

    public async Task<IActionResult> OnPostAddAsync(CancellationToken cancel)
    {
        if (!MayChange)
            return Forbid();
        if (!EmailAddress.TryParse(Email?.Trim(), out var email, out var fault))
            ModelState.AddModelError(nameof(Email), Texts.ForStaff[fault]);
        if (Roles.Count == 0)
            ModelState.AddModelError(nameof(Roles), "Choose at least one role.");
        if (!ModelState.IsValid)
            return await ShowAsync(cancel);
        return await LinkAsync(email!.Normalized, Roles, nameof(Email), cancel);
    }

    public async Task<IActionResult> OnPostLinkAsync(int id, CancellationToken cancel)
    {
        if (!MayChange)
            return Forbid();
        var member = (await accounts.ListAsync(cancel)).SingleOrDefault(one => one.Id == id);
        return member is null ? Told(new AccountOutcome.Unknown(), "") : await LinkAsync(member.Email, [.. member.Roles], "", cancel);
    }

    public async Task<IActionResult> OnPostRolesAsync(int id, CancellationToken cancel) =>
        MayChange ? Told(await accounts.SetRolesAsync(id, Roles, User.Actor(), cancel), "The roles have been changed.") : Forbid();

    public async Task<IActionResult> OnPostSignOutAsync(int id, CancellationToken cancel)
    {
        if (!MayChange)
            return Forbid();
        return await accounts.SignOutAsync(id, User.Actor(), cancel) is null
            ? Told(new AccountOutcome.Unknown(), "")
            : Told(new AccountOutcome.Done(id, null), "Signed out of every browser.");
    }

    public async Task<IActionResult> OnPostRemoveAsync(int id, CancellationToken cancel) =>
        MayChange ? Told(await accounts.RemoveAsync(id, User.Actor(), cancel), "The account has been removed.") : Forbid();

    public async Task<IActionResult> OnPostTokenAsync(CancellationToken cancel)
    {
        if (!MayChange)
            return Forbid();
        if (string.IsNullOrEmpty(Role))
            ModelState.AddModelError(nameof(Role), "Choose a role.");
        if (ModelState.IsValid)
            switch (await tokens.CreateAsync(Name ?? "", Role ?? "", Days, User.Actor(), cancel))
            {
                case TokenOutcome.Made made:
                    (FreshToken, Name, Days) = ((made.Kept.Name, made.Token), null, null);
                    ModelState.Clear();
                    break;
                case TokenOutcome.Refused refused:
                    ModelState.AddModelError(refused.Field switch { "name" => nameof(Name), "role" => nameof(Role), _ => nameof(Days) },
                        refused.Why);
                    break;
            }
        return await ShowAsync(cancel);
    }

    public async Task<IActionResult> OnPostRevokeAsync(int id, CancellationToken cancel)
    {
        if (!MayChange)
            return Forbid();
        if (await tokens.RevokeAsync(id, User.Actor(), cancel))
            TempData["Done"] = "The token has been revoked.";
        else
            TempData["Refused"] = "That token no longer exists.";
        return Redirect("/ops/staff");
    }

    private async Task<IActionResult> LinkAsync(string email, IReadOnlyCollection<string> roles, string field, CancellationToken cancel)
    {
        switch (await accounts.AddAsync(email, roles, User.Actor(), cancel))
        {
            case AccountOutcome.Done { Link: { } link }:
                (OneTimeLink, Email, Roles) = ((email, link), null, []);
                ModelState.Clear();
                break;
            case AccountOutcome.Refused refused:
                ModelState.AddModelError(field, refused.Why);
                break;
        }
        return await ShowAsync(cancel);
    }

    private RedirectResult Told(AccountOutcome outcome, string done)
    {
        if (outcome is AccountOutcome.Done)
            TempData["Done"] = done;
        else
            TempData["Refused"] = outcome is AccountOutcome.Refused refused ? refused.Why : "That account no longer exists.";
        return Redirect("/ops/staff");
    }

    private async Task<IActionResult> ShowAsync(CancellationToken cancel)
    {
        People = await accounts.ListAsync(cancel);
        Tokens = await tokens.ListAsync(cancel);
        var page = Page();
        page.StatusCode = ModelState.IsValid ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity;
        return page;
    }
}
