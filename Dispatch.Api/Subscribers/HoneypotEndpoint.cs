using Dispatch.Worker.Subscribers.Confirmations;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Dispatch.Api.Subscribers;

/// <summary>The link in a confirmation mail that no reader sees: see <see cref="HoneypotLink"/>.</summary>
internal static class HoneypotEndpoint
{
    public static void MapHoneypot(this IEndpointRouteBuilder routes) =>
        routes.MapMethods("/confirm/{token}/mail", [HttpMethods.Get, HttpMethods.Head], SeeAsync).ExcludeFromDescription();

    // The same answer for any token: it is there to be followed, not to be read.
    private static async Task<ContentHttpResult> SeeAsync(string token, HoneypotLink honeypot, HttpContext http, CancellationToken cancel)
    {
        await honeypot.SeeAsync(token, http.Connection.RemoteIpAddress, cancel);
        http.Response.Headers.CacheControl = "no-store";
        return TypedResults.Text("There is nothing to see here: this link is for programs that follow every link.\n");
    }
}
