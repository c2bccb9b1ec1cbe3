using Dispatch.Api.Http.Input;
using Dispatch.Worker.Settings;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.Options;

namespace Dispatch.Api.Http.Access;

/// <summary>Decides who may open each staff page, and what a page may load.</summary>
internal static class StaffPages
{
    // The outbox checks access itself, because in Development anybody at this machine may open it.
    private static readonly string[] OpenPages = ["/Desk/Account/SignIn", "/Desk/Account/SignOut", "/Desk/Account/Setup",
        "/Desk/Account/Password", "/Desk/Error", "/Ops/Outbox", "/Ops/OutboxMail"];

    /// <summary>The end of the URL that an open editor polls.</summary>
    public const string Watch = "/watch";

    /// <summary>Whether a script on the page sent the request. Such a request does not extend the session.</summary>
    public static bool AsksByItself(PathString path) =>
        path.StartsWithSegments("/desk/issues") && path.Value!.EndsWith(Watch, StringComparison.Ordinal);

    public static IServiceCollection AddDispatchStaffPages(this IServiceCollection services)
    {
        services.Configure<RazorPagesOptions>(pages =>
        {
            foreach (var folder in (string[])["/Desk/Board", "/Desk/Issues", "/Desk/Newsletters", "/Desk/PastIssues"])
                pages.Conventions.AuthorizeFolder(folder, Policies.Write);
            pages.Conventions.AuthorizeFolder("/Desk", Policies.AnyRole);
            pages.Conventions.AuthorizePage("/Desk/Readers/ReaderList", Policies.Staff);
            foreach (var page in (string[])["ReaderPage", "ImportList", "ImportPage"])
                pages.Conventions.AuthorizePage($"/Desk/Readers/{page}", Policies.Operate);
            pages.Conventions.AuthorizeFolder("/Ops", Policies.AnyRole);
            pages.Conventions.AuthorizePage("/Ops/Staff", Policies.SeePeople);
            foreach (var open in OpenPages)
                pages.Conventions.AllowAnonymousToPage(open);
            pages.Conventions.ConfigureFilter(new StorablePages());
            pages.Conventions.ConfigureFilter(new KeptText.NotesRefusals());
        });
        return services;
    }

    /// <summary>
    /// Sets the headers of staff pages. They load nothing from elsewhere, no other site may frame them, and they are never cached.
    /// </summary>
    public static void UseStaffHeaders(this IApplicationBuilder app)
    {
        var pictures = app.ApplicationServices.GetRequiredService<IOptions<SiteSettings>>().Value.Url.GetLeftPart(UriPartial.Authority);
        var page =
            $"default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self' data: {pictures}; frame-src "
                + "'self'; form-action 'self'; frame-ancestors 'self'; base-uri 'none'";
        app.Use((context, next) =>
        {
            var path = context.Request.Path;
            if ((path.StartsWithSegments("/desk") || path.StartsWithSegments("/ops")) && !path.StartsWithSegments("/ops/jobs"))
            {
                var headers = context.Response.Headers;
                headers.ContentSecurityPolicy = page;
                headers.CacheControl = "no-cache, no-store";
            }
            return next(context);
        });
    }

    /// <summary>
    /// Returns the content security policy for a message shown in a frame. It allows inline styles and this site's pictures, but no
    /// scripts.
    /// </summary>
    public static string PolicyForMail(SiteSettings site) =>
        $"default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data: {site.Url.GetLeftPart(UriPartial.Authority)}; "
            + "frame-ancestors 'self'; base-uri 'none'; form-action 'none'; sandbox allow-same-origin allow-popups "
            + "allow-popups-to-escape-sandbox";
}
