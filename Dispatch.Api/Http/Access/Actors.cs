using System.Globalization;
using System.Security.Claims;
using Dispatch.Worker.Audit;

namespace Dispatch.Api.Http.Access;

internal static class Actors
{
    /// <summary>Returns the caller as the actor that the audit records.</summary>
    public static Actor Actor(this ClaimsPrincipal caller) =>
        caller.FindFirstValue(BearerTokens.TokenId) is { } token ? Worker.Audit.Actor.Token(int.Parse(token, CultureInfo.InvariantCulture))
        : Worker.Audit.Actor.Staff(int.Parse(caller.FindFirstValue(ClaimTypes.NameIdentifier)!, CultureInfo.InvariantCulture));
}
