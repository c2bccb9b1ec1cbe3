using System.Text;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc.Core.Infrastructure;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace Dispatch.Api.Http.Input;

/// <summary>
/// Keeps the text of a desk form that can't be accepted, without any script.
/// <list type="number">
/// <item>If a save arrives after the session has ended, the response is the sign-in page, which contains the text in encrypted form.</item>
/// <item>After the sign-in, a redirect (307) sends the text to <see cref="Door"/>, which shows the form's page with the unsaved
/// text.</item>
/// <item>If a save arrives with a missing or foreign antiforgery cookie, the response is the form's page with the unsaved text, and status
/// 400.</item>
/// </list>
/// None of these steps saves, sends or decides anything: the author has to press the button again. Step 2 is therefore safe without an
/// antiforgery token. A form sent from another site is not kept at all.
/// </summary>
internal static partial class KeptText
{
    /// <summary>The path that shows a form's page with the kept text.</summary>
    public const string Door = "/desk/kept";

    public const string Field = "Kept";

    private const string SignIn = "/desk/sign-in";

    /// <summary>
    /// The limit for an encrypted text: a million characters of three bytes, each byte percent-encoded as three characters, and overhead.
    /// </summary>
    public const int MostLetters = 16 * 1024 * 1024;

    private static readonly FormOptions Limits = new() { ValueLengthLimit = MostLetters, ValueCountLimit = 1024, KeyLengthLimit = 256 };

    public static IServiceCollection AddDispatchKeptText(this IServiceCollection services) => services.AddSingleton<KeptForms>();

    /// <summary>Returns the kept form for this request, or null for an ordinary request.</summary>
    public static KeptForm? Kept(this HttpContext http) => http.Items[typeof(KeptForm)] as KeptForm;

    /// <summary>Adds the middleware that keeps texts. It turns a POST into a GET of another page, so it must come before routing.</summary>
    public static void UseKeptText(this WebApplication app) => app.Use(async (http, next) =>
    {
        if (!HttpMethods.IsPost(http.Request.Method) || !http.Request.HasFormContentType || !IsOurs(http.Request))
            await next(http);
        else if (http.Request.Path == Door)
            await OpenAsync(http, next);
        else if (!HoldsText().IsMatch(http.Request.Path) && http.Request.Path != SignIn)
            await next(http);
        else if (http.Request.Path != SignIn && !await IsSignedInAsync(http) && await ReadAsync(http) is { } unsigned)
            await ShowAsync(http, next, SignIn, unsigned);
        else
        {
            await next(http);
            if (http.Items.ContainsKey(typeof(IAntiforgeryValidationFailedResult)) && !http.Response.HasStarted
                && await ReadAgainAsync(http.Request) is { } form)
                await ShowAsync(http, next, http.Request.Path, Form(http, form, KeptWhy.OldPage));
        }
    });

    private static async Task OpenAsync(HttpContext http, RequestDelegate next)
    {
        var fields = await ReadFieldsAsync(http);
        if (http.RequestServices.GetRequiredService<KeptForms>().Open(fields?[Field]) is not { } kept)
            http.Response.Redirect("/desk");
        else
            await ShowAsync(http, next, await IsSignedInAsync(http) ? kept.Path : SignIn, kept);
    }

    private static Task ShowAsync(HttpContext http, RequestDelegate next, string page, KeptForm kept)
    {
        http.Items[typeof(KeptForm)] = kept;
        var request = http.Request;
        (request.Method, request.Path, request.QueryString, request.ContentType) = (HttpMethods.Get, page, QueryString.Empty, null);
        http.Features.Set<IFormFeature>(null); // discards the form already read
        http.Features.Set<IHttpMaxRequestBodySizeFeature>(new NoBody()); // a page's own limit would come too late, and be logged as a fault
        http.SetEndpoint(null);
        request.RouteValues.Clear();
        return next(http);
    }

    private static async Task<bool> IsSignedInAsync(HttpContext http) =>
        (await http.AuthenticateAsync(IdentityConstants.ApplicationScheme)).Succeeded;

    // Browsers name the origin of a form in this header. Without it, the client is not a browser, or a very old one.
    private static bool IsOurs(HttpRequest request) => request.Headers["Sec-Fetch-Site"] is [] or ["same-origin"] or ["none"]
        && (request.Path == Door || request.Headers.Accept.Count == 0 || request.Headers.Accept.ToString() is var accept
            && (accept.Contains("text/html", StringComparison.Ordinal)));

    private static KeptForm Form(HttpContext http, IEnumerable<KeyValuePair<string, Microsoft.Extensions.Primitives.StringValues>> fields,
        KeptWhy why, bool hadFiles = false) => new(
        http.Request.Path, why,
        fields.Where(field => field.Key != "__RequestVerificationToken" && field.Key != "Password")
        .ToDictionary(field => field.Key, field => field.Value.LastOrDefault() ?? ""),
        hadFiles || (why is KeptWhy.OldPage && http.Request.Form.Files.Any(file => file.Length > 0)),
        http.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow());

    // Returns null if the body can't be read. The plain sign-in page is then shown.
    private static async Task<KeptForm?> ReadAsync(HttpContext http)
    {
        try
        {
            return BoundaryOf(http.Request) is { Length: > 0 } boundary ? await ReadPartsAsync(http, boundary)
                : await ReadFieldsAsync(http) is { } fields ? Form(http, fields, KeptWhy.SignedOut) : null;
        }
        catch (Exception fault) when (Forms.IsUnreadable(fault))
        {
            return null;
        }
    }

    private static async Task<IFormCollection?> ReadFieldsAsync(HttpContext http)
    {
        try
        {
            return await new FormFeature(http.Request, Limits).ReadFormAsync(http.RequestAborted);
        }
        catch (Exception fault) when (Forms.IsUnreadable(fault))
        {
            return null;
        }
    }

    // Returns null if the form can't be read.
    private static async Task<IFormCollection?> ReadAgainAsync(HttpRequest request)
    {
        try
        {
            return await request.ReadFormAsync(request.HttpContext.RequestAborted);
        }
        catch (Exception fault) when (Forms.IsUnreadable(fault))
        {
            return null;
        }
    }

    private static string? BoundaryOf(HttpRequest request) =>
        MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
            && type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase)
            ? HeaderUtilities.RemoveQuotes(type.Boundary).Value : null;

    // Skips the pictures, because none from a visitor who is not signed in is stored. Reads the body to its end, because text may follow
    // the pictures.
    private static async Task<KeptForm?> ReadPartsAsync(HttpContext http, string boundary)
    {
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
            size.MaxRequestBodySize = TakesPicturesAttribute.MostBytes;
        var (reader, fields, files, left) = (new MultipartReader(boundary, http.Request.Body),
            new Dictionary<string, Microsoft.Extensions.Primitives.StringValues>(), false, MostLetters);
        while (await reader.ReadNextSectionAsync(http.RequestAborted) is { } part)
        {
            if (!ContentDispositionHeaderValue.TryParse(part.ContentDisposition, out var disposition))
                continue;
            if (disposition.IsFileDisposition())
                files |= disposition.FileName.Length > 2 || disposition.FileNameStar.Length > 0;
            else if (disposition.IsFormDisposition() && fields.Count < Limits.ValueCountLimit)
            {
                var text = new StringBuilder();
                using var letters = new StreamReader(part.Body, Encoding.UTF8);
                var some = new char[8192];
                for (int read; (read = await letters.ReadAsync(some, http.RequestAborted)) > 0; text.Append(some, 0, read))
                    if ((left -= read) < 0)
                        return null;
                fields[HeaderUtilities.RemoveQuotes(disposition.Name).ToString()] = text.ToString();
            }
        }
        return Form(http, fields, KeptWhy.SignedOut, files);
    }

    [GeneratedRegex(@"\A/desk/(issues/(\d{1,9}|new)|newsletters/[a-z0-9-]{1,64})\z", RegexOptions.CultureInvariant)]
    private static partial Regex HoldsText();

    private sealed class NoBody : IHttpMaxRequestBodySizeFeature
    {
        public bool IsReadOnly => false;

        public long? MaxRequestBodySize { get; set; }
    }

    /// <summary>Tells the middleware of this class that the antiforgery check refused a form.</summary>
    internal sealed class NotesRefusals : IAlwaysRunResultFilter
    {
        public void OnResultExecuting(ResultExecutingContext context)
        {
            if (context.Result is IAntiforgeryValidationFailedResult)
                context.HttpContext.Items[typeof(IAntiforgeryValidationFailedResult)] = true;
        }

        public void OnResultExecuted(ResultExecutedContext context)
        {
        }
    }
}
