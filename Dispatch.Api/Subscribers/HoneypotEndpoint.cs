using Dispatch.Worker.Subscribers.Confirmations;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Dispatch.Api.Subscribers;

/// <summary>Answers the hidden link in a confirmation message, which only robots follow (<see cref="HoneypotLink"/>).</summary>
internal static class HoneypotEndpoint
{
    public static void MapHoneypot(this IEndpointRouteBuilder routes) =>
        routes.MapMethods("/confirm/{token}/mail", [HttpMethods.Get, HttpMethods.Head], SeeAsync).ExcludeFromDescription();

    // The answer is the same for any token, because only robots see it.
    private static async Task<ContentHttpResult> SeeAsync(string token, HoneypotLink honeypot, HttpContext http, CancellationToken cancel)
    {
        await honeypot.SeeAsync(token, http.Connection.RemoteIpAddress, cancel);
        http.Response.Headers.CacheControl = "no-store";
        return TypedResults.Text("There is nothing to see here: this link is for programs that follow every link.\n");
    }
}
