namespace Dispatch.Api.Http;

/// <summary>
/// Lets other sites show the sign-up form in a frame. No pages of this site may be framed except the form and the pages that follow it.
/// These are safe from clickjacking: they use no cookie and no script, and the reader still has to confirm by email.
/// </summary>
internal static class Frames
{
    /// <summary>The query by which a submission from the framed form is recognised.</summary>
    public const string Query = "framed=1";

    private const string Never = "frame-ancestors 'none'";
    private static readonly object Opened = new();

    /// <summary>Lets any page frame this response, even if the response becomes an error page.</summary>
    public static void OpenForFrames(this HttpContext http)
    {
        http.Items[Opened] = true;
        http.Response.Headers.ContentSecurityPolicy = Open(PageHeaders.Strict); // now, so that a cached page has it too
    }

    public static bool IsFramed(this HttpContext http) => http.Items.ContainsKey(Opened);

    /// <summary>Whether the request comes from the framed form.</summary>
    public static bool ComesFromFrame(this HttpRequest request) =>
        request.QueryString.Value?.Contains(Query, StringComparison.Ordinal) ?? false;

    /// <summary>Returns the policy with one difference: any page may frame the response.</summary>
    public static string Open(string policy) => policy.Replace(Never, "frame-ancestors *", StringComparison.Ordinal);
}
