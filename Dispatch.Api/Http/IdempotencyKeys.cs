using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using Dispatch.Api.Http.Access;
using Dispatch.Api.Http.Input;
using Dispatch.Worker.Idempotency;
using Dispatch.Worker.Privacy;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;

namespace Dispatch.Api.Http;

/// <summary>
/// Implements <c>Idempotency-Key</c>: a POST sent again with the same key is carried out only once (<see cref="KeyedRequests"/>). This
/// class wraps the whole endpoint, because it hashes the raw request and stores the complete response.
/// </summary>
internal static class IdempotencyKeys
{
    public const string Header = "Idempotency-Key";

    /// <summary>The header that marks a replayed response.</summary>
    public const string ReplayedHeader = "Idempotency-Replayed";

    public const int LongestKey = 200;

    public static RouteHandlerBuilder OncePerKey(this RouteHandlerBuilder endpoint)
    {
        endpoint.Add(route =>
        {
            var inner = route.RequestDelegate ?? throw new InvalidOperationException("expected an endpoint with a handler");
            route.RequestDelegate = http => AnswerAsync(http, inner);
        });
        return endpoint.WithMetadata(new Honored());
    }

    /// <summary>Marks a call that accepts the header, for the API description.</summary>
    internal sealed class Honored;

    /// <summary>
    /// Stores this answer instead of the response, which contains a secret. Later requests with the same key get the stored answer.
    /// </summary>
    public static void KeepInstead<T>(this HttpContext http, T answer) => http.Items[typeof(Honored)] =
        JsonSerializer.SerializeToUtf8Bytes(answer,
            http.RequestServices.GetRequiredService<IOptions<JsonOptions>>().Value.SerializerOptions);

    private static async Task AnswerAsync(HttpContext http, RequestDelegate endpoint)
    {
        if (!TryGetKey(http.Request, out var key, out var invalid))
        {
            await (invalid is null ? endpoint(http) : invalid.ExecuteAsync(http));
            return;
        }
        // A caller with a key can fetch the result later, so a broken connection does not cancel the work.
        var broken = http.RequestAborted;
        http.RequestAborted = CancellationToken.None;
        var (hash, refused) = await HashAsync(http.Request, broken);
        if (refused is { } status)
        {
            await Problems.Of(status, "The request can't be read.",
                "Its body is incomplete, too large, or not what its Content-Type says.").ExecuteAsync(http);
            return;
        }
        await AnswerAsync(http, key, hash, endpoint, broken);
    }

    /// <summary>
    /// Gets the request's key. Returns false if the request has none; then <paramref name="invalid"/> says whether there is one that can't
    /// be taken.
    /// </summary>
    public static bool TryGetKey(HttpRequest request, [NotNullWhen(true)] out string? key, out ProblemHttpResult? invalid)
    {
        (key, invalid) = (null, null);
        if (!request.Headers.TryGetValue(Header, out var given))
            return false;
        if (given is [{ Length: > 0 and <= LongestKey } one] && !one.Any(letter => letter is < ' ' or > '~'))
            key = one;
        else
            invalid = Problems.Of(StatusCodes.Status400BadRequest, "That is not a valid idempotency key.",
                $"{Header}: use 1 to {LongestKey} ASCII characters, such as a UUID.");
        return key is not null;
    }

    /// <summary>Answers a request whose hash is known: does the work, or repeats the answer of the first such request.</summary>
    /// <param name="http">The request.</param>
    /// <param name="key">Its key.</param>
    /// <param name="hash">The keyed hash of everything that distinguishes the request from others.</param>
    /// <param name="endpoint">Does the work.</param>
    /// <param name="broken">Cancels the lookup of the key.</param>
    /// <returns>Whether the work was done.</returns>
    public static async Task<bool> AnswerAsync(
        HttpContext http, string key, byte[] hash, RequestDelegate endpoint, CancellationToken broken)
    {
        var requests = http.RequestServices.GetRequiredService<KeyedRequests>();
        var known = await requests.BeginAsync(http.User.Actor().Name, key, hash, broken);
        switch (known)
        {
            case KeyedRequestResult.First first:
                await DoAsync(http, endpoint, requests, first);
                break;
            case KeyedRequestResult.Answered answer:
                await RepeatAsync(http, answer);
                break;
            case KeyedRequestResult.UnderWay:
                http.SetRetryAfter(TimeSpan.FromSeconds(1));
                await Problems.Conflict("The first request with this key is still being processed. Ask again in a moment.")
                    .ExecuteAsync(http);
                break;
            default:
                await Problems.Of(StatusCodes.Status422UnprocessableEntity, "This key was used for another request.",
                    $"{Header}: the key was used for a different request. A new request needs a new key.").ExecuteAsync(http);
                break;
        }
        return known is KeyedRequestResult.First;
    }

    private static async Task DoAsync(HttpContext http, RequestDelegate endpoint, KeyedRequests requests, KeyedRequestResult.First first)
    {
        var wire = http.Response.Body;
        using var answer = new MemoryStream();
        http.Response.Body = answer;
        try
        {
            var work = endpoint(http);
            first = await requests.DoAsync(first, work);
            await work;
        }
        catch
        {
            await requests.ForgetAsync(first);
            throw;
        }
        finally
        {
            http.Response.Body = wire;
        }
        var headers = http.Response.Headers;
        if (http.Response.StatusCode < StatusCodes.Status400BadRequest)
            await requests.KeepAsync(first,
                new(http.Response.StatusCode, http.Response.ContentType, headers.Location, headers.ETag,
                    http.Items[typeof(Honored)] as byte[] ?? answer.ToArray()));
        else
            await requests.ForgetAsync(first);
        if (answer.Length > 0) // once a body is written, the response can no longer become problem details
            await wire.WriteAsync(answer.GetBuffer().AsMemory(0, (int)answer.Length));
    }

    private static async Task RepeatAsync(HttpContext http, KeyedRequestResult.Answered answer)
    {
        http.Response.StatusCode = answer.Status;
        http.Response.ContentType = answer.ContentType;
        if (answer.Location is not null)
            http.Response.Headers.Location = answer.Location;
        if (answer.ETag is not null)
            http.Response.Headers.ETag = answer.ETag;
        http.Response.Headers[ReplayedHeader] = "true";
        if (answer.Body.Length > 0)
            await http.Response.Body.WriteAsync(answer.Body);
    }

    // A form is hashed by its fields, because a repeated request has another multipart boundary.
    private static async Task<(byte[] Hash, int? Refused)> HashAsync(HttpRequest request, CancellationToken cancel)
    {
        using var hash = request.HttpContext.RequestServices.GetRequiredService<KeyRing>().HashOfRequest();
        Add($"{request.Method} {request.Path}{request.QueryString}");
        request.EnableBuffering();
        try
        {
            if (request.HasFormContentType)
            {
                var form = await request.ReadFormAsync(cancel);
                foreach (var field in form.OrderBy(field => field.Key, StringComparer.Ordinal))
                    Add($"{field.Key}={field.Value}");
                foreach (var file in form.Files)
                {
                    Add($"{file.Name}={file.FileName}:{file.Length}");
                    await using var content = file.OpenReadStream();
                    await AddAllAsync(content);
                }
            }
            else
            {
                await AddAllAsync(request.Body);
                request.Body.Position = 0;
            }
        }
        catch (BadHttpRequestException fault)
        {
            return ([], fault.StatusCode);
        }
        catch (Exception fault) when (Forms.IsUnreadable(fault))
        {
            return ([], StatusCodes.Status400BadRequest);
        }
        return (hash.GetHashAndReset(), null);

        void Add(string text) => hash.AppendData(Encoding.UTF8.GetBytes($"{text.Length}:{text}\n"));

        async Task AddAllAsync(Stream stream)
        {
            var buffer = new byte[64 * 1024];
            for (int read; (read = await stream.ReadAsync(buffer, cancel)) > 0;)
                hash.AppendData(buffer, 0, read);
        }
    }
}
