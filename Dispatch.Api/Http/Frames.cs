namespace Dispatch.Api.Http;

/// <summary>
/// Lets other sites show the sign-up form in a frame, with the pages that follow it. These pages are safe from clickjacking, because they
/// use no cookie and no script, and the reader still has to confirm by email.
/// </summary>
internal static class Frames
{
    /// <summary>The query that marks a submission from the framed form.</summary>
    public const string Query = "framed=1";

    private const string Never = "frame-ancestors 'none'";
    private static readonly object Opened = new();

    /// <summary>Lets any page frame this response, even if it becomes an error page.</summary>
    public static void OpenForFrames(this HttpContext http)
    {
        http.Items[Opened] = true;
        http.Response.Headers.ContentSecurityPolicy = Open(PageHeaders.Strict); // set here, so a cached page has it too
    }

    public static bool IsFramed(this HttpContext http) => http.Items.ContainsKey(Opened);

    /// <summary>Whether the request comes from the framed form.</summary>
    public static bool ComesFromFrame(this HttpRequest request) =>
        request.QueryString.Value?.Contains(Query, StringComparison.Ordinal) ?? false;

    /// <summary>Returns the policy, changed so that any page may frame the response.</summary>
    public static string Open(string policy) => policy.Replace(Never, "frame-ancestors *", StringComparison.Ordinal);
}
