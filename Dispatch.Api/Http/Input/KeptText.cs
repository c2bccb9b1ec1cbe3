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
/// Loses nothing that was typed on the desk when its form can't be accepted. The plan, all of it without script: (1) A save arrives after
/// the session has ended: the response is the sign-in page, which holds the sealed text. (2) Signing in there passes it on with the same
/// request (307) to <see cref="Door"/>, which shows the page it belongs to with the text in it, unsaved. (3) A save arrives without the
/// form's own cookie, or with somebody else's: its page is shown again with the text in it, and 400. Nothing is saved, sent or decided on
/// the way: whoever sees the text presses the button once more. So it does no harm that (2) requires no antiforgery token; and whatever
/// another site makes a browser send is not kept at all.
/// </summary>
internal static partial class KeptText
{
    /// <summary>The path that turns a sealed text back into a page.</summary>
    public const string Door = "/desk/kept";

    public const string Field = "Kept";

    private const string SignIn = "/desk/sign-in";

    /// <summary>A million characters of three bytes each, with three characters per encoded byte, plus what surrounds them.</summary>
    public const int MostLetters = 16 * 1024 * 1024;

    private static readonly FormOptions Limits = new() { ValueLengthLimit = MostLetters, ValueCountLimit = 1024, KeyLengthLimit = 256 };

    public static IServiceCollection AddDispatchKeptText(this IServiceCollection services) => services.AddSingleton<KeptForms>();

    /// <summary>What was kept of this request; usually null.</summary>
    public static KeptForm? Kept(this HttpContext http) => http.Items[typeof(KeptForm)] as KeptForm;

    /// <summary>Comes before routing: a request it takes on becomes a GET of another page, and is routed as that.</summary>
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
        http.Features.Set<IFormFeature>(null); // it has been read
        http.SetEndpoint(null);
        request.RouteValues.Clear();
        return next(http);
    }

    private static async Task<bool> IsSignedInAsync(HttpContext http) =>
        (await http.AuthenticateAsync(IdentityConstants.ApplicationScheme)).Succeeded;

    // Browsers say where a form was sent from; a request that doesn't say is from no browser, or from one too old to tell.
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

    // Null: it can't be read; then nothing can be kept, and the sign-in page is shown as it is to anybody.
    private static async Task<KeptForm?> ReadAsync(HttpContext http)
    {
        try
        {
            return BoundaryOf(http.Request) is { Length: > 0 } boundary ? await ReadPartsAsync(http, boundary)
                : await ReadFieldsAsync(http) is { } fields ? Form(http, fields, KeptWhy.SignedOut) : null;
        }
        catch (Exception fault) when (fault is BadHttpRequestException or InvalidDataException or IOException)
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
        catch (Exception fault) when (fault is BadHttpRequestException or InvalidDataException or IOException)
        {
            return null;
        }
    }

    // Null: that is why it was refused.
    private static async Task<IFormCollection?> ReadAgainAsync(HttpRequest request)
    {
        try
        {
            return await request.ReadFormAsync(request.HttpContext.RequestAborted);
        }
        catch (Exception fault) when (fault is BadHttpRequestException or InvalidDataException or IOException)
        {
            return null;
        }
    }

    private static string? BoundaryOf(HttpRequest request) =>
        MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
            && type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase)
            ? HeaderUtilities.RemoveQuotes(type.Boundary).Value : null;

    // Pictures sent by a stranger are not stored anywhere but skipped: the text may come after them.
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

    /// <summary>Notes that a form was refused for its token, for the middleware above.</summary>
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
