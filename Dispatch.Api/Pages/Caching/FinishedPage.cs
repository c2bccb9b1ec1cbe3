using System.Buffers.Text;
using System.IO.Compression;
using System.Security.Cryptography;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Dispatch.Api.Pages.Caching;

/// <summary>A public page as it is sent: encoded, with its ETag.</summary>
internal sealed class FinishedPage
{
    // Headers that ASP.NET sets for each response, or that the encoding changes.
    private static readonly string[] NotKept =
        [HeaderNames.ContentLength, HeaderNames.Date, HeaderNames.Age, HeaderNames.TransferEncoding];

    private readonly KeyValuePair<string, StringValues>[] headers;
    private readonly EntityTagHeaderValue entityTag;
    private readonly DateTimeOffset? lastModified;
    private int renewing;

    /// <param name="page">The page's bytes, with the form's time stamp.</param>
    /// <param name="identity">The bytes from which the ETag is made. They don't contain the time stamp.</param>
    /// <param name="headers">The response's headers.</param>
    /// <param name="encoding">The encoding that the client accepts.</param>
    /// <param name="madeAt">The clock's timestamp when rendering began.</param>
    public FinishedPage(
        ReadOnlySpan<byte> page, ReadOnlySpan<byte> identity, IHeaderDictionary headers, PageEncoding encoding, long madeAt)
    {
        Body = Encode(page, encoding);
        MadeAt = madeAt;
        // Weak (RFC 9110 §8.8.1), because the tag ignores the page's encoding and its time stamp.
        entityTag = new($"\"{Base64Url.EncodeToString(SHA256.HashData(identity).AsSpan(0, 12))}\"", isWeak: true);
        lastModified = headers.LastModified is [{ } modified] && HeaderUtilities.TryParseDate(modified, out var at) ? at : null;
        headers.ETag = entityTag.ToString();
        headers.Append(HeaderNames.Vary, HeaderNames.AcceptEncoding);
        if (headers.CacheControl.Count == 0)
            headers.CacheControl = "no-cache"; // the browser may keep it, but must ask each time
        if (NameOf(encoding) is { } name)
            headers.ContentEncoding = name;
        this.headers = [.. headers.Where(header => !NotKept.Contains(header.Key, StringComparer.OrdinalIgnoreCase))];
    }

    public byte[] Body { get; }

    /// <summary>Whether the page has a form with a time stamp.</summary>
    public bool HasStamp { get; init; }

    /// <summary>When the page and its form's time stamp were made, as the clock's timestamp.</summary>
    public long MadeAt { get; }

    /// <summary>Claims the renewal of this page. Only one request gets true.</summary>
    public bool TryRenew() => Interlocked.CompareExchange(ref renewing, 1, 0) == 0;

    /// <summary>Answers a request with the page, or with 304 if the client has it.</summary>
    public async Task AnswerAsync(HttpContext http)
    {
        var response = http.Response;
        foreach (var (name, value) in headers)
            response.Headers[name] = value;
        if (IsKnownTo(http.Request))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            response.Headers.Remove(HeaderNames.ContentType);
            response.Headers.Remove(HeaderNames.ContentEncoding);
            return;
        }
        response.ContentLength = Body.Length;
        if (!HttpMethods.IsHead(http.Request.Method))
            await response.BodyWriter.WriteAsync(Body, http.RequestAborted);
    }

    // RFC 9110 §13.2.2: If-Modified-Since is ignored if there is an If-None-Match.
    private bool IsKnownTo(HttpRequest request)
    {
        if (request.Headers.IfNoneMatch is { Count: > 0 } tags)
            return EntityTagHeaderValue.TryParseList(tags, out var known)
                && known.Any(tag => tag.Equals(EntityTagHeaderValue.Any) || tag.Compare(entityTag, useStrongComparison: false));
        return lastModified is { } modified && request.Headers.IfModifiedSince is [{ } since]
            && HeaderUtilities.TryParseDate(since, out var at) && modified <= at;
    }

    private static string? NameOf(PageEncoding encoding) => encoding switch
    {
        PageEncoding.Brotli => "br",
        PageEncoding.Gzip => "gzip",
        _ => null,
    };

    private static byte[] Encode(ReadOnlySpan<byte> page, PageEncoding encoding)
    {
        if (encoding is PageEncoding.Identity)
            return page.ToArray();
        using var encoded = new MemoryStream(page.Length / 3);
        using (Stream encoder = encoding is PageEncoding.Brotli
            ? new BrotliStream(encoded, CompressionLevel.Optimal) : new GZipStream(encoded, CompressionLevel.Optimal))
            encoder.Write(page);
        return encoded.ToArray();
    }
}

internal enum PageEncoding
{
    Identity,
    Gzip,
    Brotli,
}
