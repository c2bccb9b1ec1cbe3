namespace Dispatch.Api.Http;

/// <summary>
/// The sign-up form in a frame on other people's pages: the form and the pages it leads to are the only pages of this site that may be
/// framed. A page around them has nothing to trick a reader into: no cookie, no script, and the mail that follows asks again.
/// </summary>
internal static class Frames
{
    /// <summary>Part of the address that the framed form is sent to.</summary>
    public const string Query = "framed=1";

    private const string Never = "frame-ancestors 'none'";
    private static readonly object Opened = new();

    /// <summary>Lets any page frame this response, even if it becomes an error page.</summary>
    public static void OpenForFrames(this HttpContext http) => http.Items[Opened] = true;

    public static bool IsFramed(this HttpContext http) => http.Items.ContainsKey(Opened);

    /// <summary>Whether the request comes from the framed form.</summary>
    public static bool ComesFromFrame(this HttpRequest request) =>
        request.QueryString.Value?.Contains(Query, StringComparison.Ordinal) ?? false;

    /// <summary>A policy that is just as strict except about who may frame the response.</summary>
    public static string Open(string policy) => policy.Replace(Never, "frame-ancestors *", StringComparison.Ordinal);
}
