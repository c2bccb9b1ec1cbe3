using Dispatch.Worker.Hosting;
using Dispatch.Worker.Staff;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace Dispatch.Api.Http;

/// <summary>
/// How staff are known: by Identity's cookie on pages, by a bearer token under <c>/api</c>. The API never looks at the cookie,
/// so no other site can make a signed-in browser call it.
/// </summary>
internal static class StaffAuthentication
{
    private const string ByPath = "ByPath";

    public static IServiceCollection AddStaffAuthentication(this IServiceCollection services)
    {
        services.AddAuthentication(ByPath)
            .AddPolicyScheme(ByPath, null, options => options.ForwardDefaultSelector = context =>
                context.Request.Path.StartsWithSegments("/api") ? BearerTokens.Scheme : IdentityConstants.ApplicationScheme)
            .AddScheme<AuthenticationSchemeOptions, BearerTokens>(BearerTokens.Scheme, null)
            .AddApplicationCookie();
        new IdentityBuilder(typeof(StaffMember), typeof(IdentityRole<int>), services).AddSignInManager();
        services.AddOptions<CookieAuthenticationOptions>(IdentityConstants.ApplicationScheme).Configure<IOptions<SiteSettings>>(SetCookie);
        services.AddOptions<AntiforgeryOptions>().Configure<IOptions<SiteSettings>>((antiforgery, site) =>
        {
            antiforgery.Cookie.Name = "dispatch-form";
            antiforgery.Cookie.SecurePolicy = SecureFor(site.Value);
        });
        services.AddAntiforgery(); // also makes the dashboard's buttons ask for its token
        // Somebody whose roles or password changed is noticed soon, not after half an hour.
        services.Configure<SecurityStampValidatorOptions>(options => options.ValidationInterval = TimeSpan.FromMinutes(2));
        Policies.Add(services.AddAuthorizationBuilder());
        return services;
    }

    private static void SetCookie(CookieAuthenticationOptions options, IOptions<SiteSettings> site)
    {
        options.LoginPath = "/desk/sign-in";
        options.LogoutPath = "/desk/sign-out";
        options.ReturnUrlParameter = "returnUrl";
        options.ExpireTimeSpan = TimeSpan.FromDays(14);
        options.SlidingExpiration = true;
        options.Cookie.Name = "dispatch-desk";
        options.Cookie.HttpOnly = true;
        options.Cookie.SameSite = SameSiteMode.Lax;
        options.Cookie.SecurePolicy = SecureFor(site.Value);
        // An editor that is left open looks every few seconds whether its issue was changed: that is nobody at work.
        options.Events.OnCheckSlidingExpiration = context =>
        {
            context.ShouldRenew &= !Pages.Desk.IssueWatch.IsAsked(context.Request.Path);
            return Task.CompletedTask;
        };
        // A plain 403, not a redirect to a page that says so: the address stays, and a program can tell.
        options.Events.OnRedirectToAccessDenied = context =>
        {
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            return Task.CompletedTask;
        };
    }

    private static CookieSecurePolicy SecureFor(SiteSettings site) =>
        site.Url.Scheme == Uri.UriSchemeHttps ? CookieSecurePolicy.Always : CookieSecurePolicy.SameAsRequest;
}
