using System.Collections.Concurrent;
using System.Text;
using Dispatch.Api.Pages.Shared;
using Dispatch.Worker.Subscribers.SignUp;
using Microsoft.Net.Http.Headers;

namespace Dispatch.Api.Pages.Caching;

/// <summary>
/// Answers requests for public pages, each encoded once for everybody. A page is rendered with a placeholder for its form's time stamp, and
/// kept in ASP.NET's output cache (<see cref="PublicPagePolicy"/>). A finished page with a time stamp is reused for half a second. Other
/// finished pages are reused until their mark changes (<see cref="PageMarks"/>).
/// </summary>
public sealed class FinishedPages(PageMarks marks, FormTimestamps stamps, TimeProvider clock)
{
    /// <summary>The placeholder for a form's time stamp. It is as long as a time stamp, but no time stamp consists of zeros.</summary>
    public const string StampToCome = "00000000000000000000000000000000";

    private const int MostBytes = 16 * 1024 * 1024;
    private const string StampField = "name=\"" + SignUpForm.Stamp + "\" value=\"";

    private static readonly TimeSpan StampGoodFor = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan StampTooOldAfter = TimeSpan.FromSeconds(1);

    // A browser that gets 304 keeps its page's time stamp, which the form accepts for a day. So the ETag changes every few hours.
    private static readonly TimeSpan TagGoodFor = TimeSpan.FromHours(6);

    private static readonly byte[] Placeholder = Encoding.ASCII.GetBytes(StampField + StampToCome);

    private readonly ConcurrentDictionary<PageKey, (string Mark, FinishedPage Page)> kept = [];

    private long bytes;

    /// <summary>Returns a form's time stamp, or the placeholder if the page is rendered for the cache.</summary>
    public static string StampFor(HttpContext http, FormTimestamps stamps) =>
        http.Features.Get<PageToCache>() is null ? stamps.Make() : StampToCome;

    /// <summary>Answers a request for a public page. Other requests go to the next middleware.</summary>
    internal async Task AnswerAsync(HttpContext http, RequestDelegate next)
    {
        if (PublicPage.Of(http.Request) is not { } page)
        {
            await next(http);
            return;
        }
        var known = await marks.CurrentAsync();
        var mark = known?.OfPage(page);
        var encoding = EncodingFor(http.Request);
        var key = new PageKey($"{http.Request.PathBase.Value}{http.Request.Path.Value}", ReaderTexts.WishOf(http.Request), encoding);
        if (mark is not null && Find(key, mark) is { } finished)
            await finished.AnswerAsync(http);
        else
            await MakeAsync(http, next, new PageToCache(page, known), encoding, (key, mark));
        _ = marks.BeginAsync();
    }

    private FinishedPage? Find(PageKey key, string mark)
    {
        if (!kept.TryGetValue(key, out var found) || found.Mark != mark)
            return null;
        if (found.Page.HasStamp && clock.GetElapsedTime(found.Page.MadeAt) is var age && age >= StampGoodFor
            && (age >= StampTooOldAfter || found.Page.TryRenew()))
            return null;
        return found.Page;
    }

    private async Task MakeAsync(HttpContext http, RequestDelegate next, PageToCache page, PageEncoding encoding,
        (PageKey Key, string? Mark) keepAs)
    {
        var (wire, method, asked) = (http.Response.Body, http.Request.Method, new Conditions(http.Request.Headers));
        using var rendered = new MemoryStream();
        var madeAt = clock.GetTimestamp();
        http.Features.Set(page);
        http.Response.Body = rendered;
        http.Request.Method = HttpMethods.Get; // what is made for a HEAD is kept for GET
        try
        {
            await next(http);
            await http.Response.BodyWriter.FlushAsync(http.RequestAborted);
        }
        finally
        {
            (http.Response.Body, http.Request.Method) = (wire, method);
            asked.Restore(http.Request.Headers);
        }
        var content = rendered.GetBuffer().AsMemory(0, (int)rendered.Length);
        var stampAt = content.Span.IndexOf(Placeholder);
        var identity = content.ToArray();
        if (stampAt >= 0)
            Encoding.ASCII.GetBytes(stamps.Make(), content.Span[(stampAt + StampField.Length)..]);
        if (http.Response.StatusCode != StatusCodes.Status200OK)
        {
            if (content.Length > 0 && !HttpMethods.IsHead(http.Request.Method))
                await wire.WriteAsync(content, http.RequestAborted);
            return;
        }
        byte[] dated = stampAt < 0 ? identity : [.. identity, .. BitConverter.GetBytes(clock.GetUtcNow().Ticks / TagGoodFor.Ticks)];
        var finished = new FinishedPage(content.Span, dated, http.Response.Headers, encoding, madeAt) { HasStamp = stampAt >= 0 };
        if (keepAs.Mark is { } mark && http.Response.Headers.SetCookie.Count == 0)
            Keep(keepAs.Key, mark, finished);
        await finished.AnswerAsync(http);
    }

    // Public pages are few and small. If they exceed the limit, somebody is making up addresses, and everything is dropped.
    private void Keep(PageKey key, string mark, FinishedPage page)
    {
        var before = kept.TryGetValue(key, out var old) ? old.Page.Body.Length : 0;
        if (Interlocked.Add(ref bytes, page.Body.Length - before) > MostBytes)
        {
            kept.Clear();
            Interlocked.Exchange(ref bytes, page.Body.Length);
        }
        kept[key] = (mark, page);
    }

    private static PageEncoding EncodingFor(HttpRequest request)
    {
        var best = PageEncoding.Identity;
        foreach (var header in request.Headers.AcceptEncoding)
            foreach (var part in header.AsSpan().Split(','))
            {
                var accepted = header.AsSpan()[part];
                var end = accepted.IndexOf(';');
                var name = (end < 0 ? accepted : accepted[..end]).Trim();
                var encoding = name.Equals("br", StringComparison.OrdinalIgnoreCase) ? PageEncoding.Brotli
                    : name.Equals("gzip", StringComparison.OrdinalIgnoreCase) ? PageEncoding.Gzip : PageEncoding.Identity;
                if (encoding > best && !(end >= 0 && IsRefused(accepted[(end + 1)..])))
                    best = encoding;
            }
        return best;
    }

    private static bool IsRefused(ReadOnlySpan<char> weight) => weight.Trim() is var text
        && text.StartsWith("q=0", StringComparison.OrdinalIgnoreCase) && text[3..].TrimStart('.').Trim('0').IsEmpty;

    /// <param name="Path">The path with the prefix that the links of the page have.</param>
    /// <param name="Language">See <see cref="ReaderTexts.WishOf"/>.</param>
    /// <param name="Encoding">The encoding of the body.</param>
    private readonly record struct PageKey(string Path, string Language, PageEncoding Encoding);

    // Removes conditional headers, so the page is rendered whole for everybody. FinishedPage answers 304 by its own ETag.
    private readonly struct Conditions
    {
        private static readonly string[] Names =
            [HeaderNames.IfNoneMatch, HeaderNames.IfModifiedSince, HeaderNames.IfRange, HeaderNames.Range, HeaderNames.AcceptEncoding];

        private readonly KeyValuePair<string, Microsoft.Extensions.Primitives.StringValues>[] taken;

        public Conditions(IHeaderDictionary headers)
        {
            taken = [.. headers.Where(header => Names.Contains(header.Key, StringComparer.OrdinalIgnoreCase))];
            foreach (var (name, _) in taken)
                headers.Remove(name);
        }

        public void Restore(IHeaderDictionary headers)
        {
            foreach (var (name, value) in taken)
                headers[name] = value;
        }
    }
}
