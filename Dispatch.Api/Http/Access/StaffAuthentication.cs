using System.Globalization;
using System.Runtime.ExceptionServices;
using System.Security.Claims;
using Dispatch.Api.Http.Failures;
using Dispatch.Worker.Database;
using Dispatch.Worker.Settings;
using Dispatch.Worker.Staff;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;

namespace Dispatch.Api.Http.Access;

/// <summary>
/// Authenticates staff, by a cookie on pages and by a bearer token under <c>/api</c>. The API ignores the cookie, so no other site can make
/// a signed-in browser call it. Each request checks the cookie's session (<see cref="StaffSessions"/>), so a change of rights applies at
/// once.
/// </summary>
internal static class StaffAuthentication
{
    private const string ByPath = "ByPath";

    /// <summary>The claim with the session's secret, which is stored only in the encrypted cookie.</summary>
    private const string Session = "dispatch:session";

    public static IServiceCollection AddDispatchStaffAuthentication(this IServiceCollection services)
    {
        services.AddAuthentication(ByPath)
            .AddPolicyScheme(ByPath, null, options => options.ForwardDefaultSelector = context =>
                context.Request.Path.StartsWithSegments("/api") ? BearerTokens.Scheme : IdentityConstants.ApplicationScheme)
            .AddScheme<AuthenticationSchemeOptions, BearerTokens>(BearerTokens.Scheme, null)
            .AddCookie(IdentityConstants.ApplicationScheme);
        services.AddOptions<CookieAuthenticationOptions>(IdentityConstants.ApplicationScheme).Configure<IOptions<SiteSettings>>(SetCookie);
        services.AddOptions<AntiforgeryOptions>().Configure<IOptions<SiteSettings>>((antiforgery, site) =>
        {
            antiforgery.Cookie.Name = "dispatch-form";
            antiforgery.Cookie.SecurePolicy = SecureFor(site.Value);
        });
        services.AddAntiforgery(); // also makes the dashboard's buttons require an antiforgery token
        services.AddOptions<CookieTempDataProviderOptions>().Configure<IOptions<SiteSettings>>((notices, site) =>
        {
            notices.Cookie.Name = "dispatch-notice";
            notices.Cookie.SecurePolicy = SecureFor(site.Value);
        });
        Policies.Add(services.AddAuthorizationBuilder());
        return services;
    }

    /// <summary>Begins a session and sets the browser's cookie.</summary>
    public static async Task BeginSessionAsync(this HttpContext http, StaffMember member)
    {
        var secret = await http.RequestServices.GetRequiredService<StaffSessions>().BeginAsync(member.Id, http.RequestAborted);
        await http.SignInAsync(IdentityConstants.ApplicationScheme, PrincipalOf(new(member.Id, member.UserName ?? "", []), secret),
            new AuthenticationProperties { IsPersistent = true });
    }

    /// <summary>Ends this browser's session, on the server too, and clears the cookie.</summary>
    public static async Task EndSessionAsync(this HttpContext http)
    {
        if (http.User.FindFirstValue(Session) is { } secret)
            await http.RequestServices.GetRequiredService<StaffSessions>().EndAsync(secret, http.RequestAborted);
        await http.SignOutAsync(IdentityConstants.ApplicationScheme);
    }

    /// <summary>Makes staff pages report an unreachable database instead of asking for a sign-in. Must come after authentication.</summary>
    public static void UseStaffSessions(this IApplicationBuilder app) => app.Use((http, next) =>
    {
        if (http.Items[Session] is ExceptionDispatchInfo fault && ErrorPages.IsForStaff(http)
            && http.Features.Get<IExceptionHandlerFeature>() is null)
            fault.Throw();
        return next(http);
    });

    // If the session can't be looked up, the request is anonymous, because readers' pages need no session. The cookie is kept for the next
    // request.
    private static async Task ValidateAsync(CookieValidatePrincipalContext context)
    {
        var http = context.HttpContext;
        try
        {
            var secret = context.Principal?.FindFirstValue(Session);
            var isAtWork = !StaffPages.AsksByItself(http.Request.Path);
            if (secret is not null && await http.RequestServices.GetRequiredService<StaffSessions>()
                .FindAsync(secret, isAtWork, http.RequestAborted) is { } member)
            {
                context.ReplacePrincipal(PrincipalOf(member, secret));
                return;
            }
        }
        catch (Exception fault) when (TransientErrors.Is(fault))
        {
            http.Items[Session] = ExceptionDispatchInfo.Capture(fault);
            context.RejectPrincipal();
            return;
        }
        context.RejectPrincipal();
        await http.SignOutAsync(IdentityConstants.ApplicationScheme);
    }

    private static ClaimsPrincipal PrincipalOf(SignedInMember member, string secret)
    {
        var identity = new ClaimsIdentity(IdentityConstants.ApplicationScheme, ClaimTypes.Name, ClaimTypes.Role);
        identity.AddClaim(new Claim(ClaimTypes.NameIdentifier, member.Id.ToString(CultureInfo.InvariantCulture)));
        identity.AddClaim(new Claim(ClaimTypes.Name, member.Name));
        identity.AddClaim(new Claim(Session, secret));
        identity.AddClaims(member.Roles.OfType<string>().Select(role => new Claim(ClaimTypes.Role, role)));
        return new ClaimsPrincipal(identity);
    }

    private static void SetCookie(CookieAuthenticationOptions options, IOptions<SiteSettings> site)
    {
        options.LoginPath = "/desk/sign-in";
        options.LogoutPath = "/desk/sign-out";
        options.ReturnUrlParameter = "returnUrl";
        options.ExpireTimeSpan = StaffSessions.Lifetime;
        options.SlidingExpiration = true;
        options.Cookie.Name = "dispatch-desk";
        options.Cookie.HttpOnly = true;
        options.Cookie.SameSite = SameSiteMode.Lax;
        options.Cookie.SecurePolicy = SecureFor(site.Value);
        // An open editor polls every few seconds. This does not extend the session, because the person may be away.
        options.Events.OnCheckSlidingExpiration = context =>
        {
            context.ShouldRenew &= !StaffPages.AsksByItself(context.Request.Path);
            return Task.CompletedTask;
        };
        options.Events.OnValidatePrincipal = ValidateAsync;
        // Redirects to the site's public address, whatever host the request named.
        options.Events.OnRedirectToLogin = context =>
        {
            context.Response.Redirect(new Uri(site.Value.Url, new Uri(context.RedirectUri).PathAndQuery).AbsoluteUri);
            return Task.CompletedTask;
        };
        // A plain 403 instead of a redirect, so the address stays in the browser and programs recognize the status.
        options.Events.OnRedirectToAccessDenied = context =>
        {
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            return Task.CompletedTask;
        };
    }

    internal static CookieSecurePolicy SecureFor(SiteSettings site) =>
        site.Url.Scheme == Uri.UriSchemeHttps ? CookieSecurePolicy.Always : CookieSecurePolicy.SameAsRequest;
}
