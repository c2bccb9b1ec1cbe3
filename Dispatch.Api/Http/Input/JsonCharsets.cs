using System.Text;
using Microsoft.Net.Http.Headers;

namespace Dispatch.Api.Http.Input;

/// <summary>
/// Refuses JSON in an unknown charset (RFC 9110 §15.5.16), and takes a known one that is in quotes (§8.3.1). ASP.NET would answer
/// 500 to either. JSON is in UTF-8 (RFC 8259 §8.1), but the other charsets that .NET knows can be read, too.
/// </summary>
internal static class JsonCharsets
{
    public static void UseJsonCharsets(this WebApplication app) => app.Use((http, next) =>
    {
        if (!http.Request.HasJsonContentType() || !MediaTypeHeaderValue.TryParse(http.Request.ContentType, out var type)
            || !type.Charset.HasValue)
            return next(http);
        type.Charset = HeaderUtilities.RemoveQuotes(type.Charset);
        if (!IsKnown(type.Charset.Value!))
            return Problems.Of(StatusCodes.Status415UnsupportedMediaType, "That charset is unknown.",
                "Content-Type: send JSON in UTF-8, as application/json without a charset.").ExecuteAsync(http);
        http.Request.ContentType = type.ToString();
        return next(http);
    });

    private static bool IsKnown(string charset)
    {
        try
        {
            Encoding.GetEncoding(charset);
            return true;
        }
        catch (Exception fault) when (fault is ArgumentException or NotSupportedException) // unknown, or UTF-7
        {
            return false;
        }
    }
}
