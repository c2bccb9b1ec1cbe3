using System.Net;
using Dispatch.Worker.Staff;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;

namespace Dispatch.Api.Ops;

/// <summary>
/// A page of the outbox, whose mails hold readers' addresses and personal links: for ops and, in Development, for anybody at this machine
/// who is not signed in, so that a first look needs no account. A request through a proxy does not count as coming from this machine,
/// whatever its address; nor does one for another host name, which a page from elsewhere can point at this machine (DNS rebinding).
/// </summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class OutboxAccessAttribute : Attribute, IAuthorizationFilter
{
    // The second is what the forwarded-headers middleware turns the first into.
    private static readonly string[] OfProxies = ["X-Forwarded-For", "X-Original-For", "Forwarded", "Via"];

    public void OnAuthorization(AuthorizationFilterContext context)
    {
        var http = context.HttpContext;
        if (http.User.Identity is { IsAuthenticated: true })
            context.Result = http.User.IsInRole(StaffRoles.Ops) ? null : new ForbidResult();
        else if (!IsAtThisMachine(http))
            context.Result = new ChallengeResult();
    }

    private static bool IsAtThisMachine(HttpContext http) =>
        http.RequestServices.GetRequiredService<IHostEnvironment>().IsDevelopment()
        && http.Connection.RemoteIpAddress is { } address && IPAddress.IsLoopback(address)
        && !OfProxies.Any(http.Request.Headers.ContainsKey)
        && (http.Request.Host.Host == "localhost"
            || (IPAddress.TryParse(http.Request.Host.Host.Trim('[', ']'), out var host) && IPAddress.IsLoopback(host)));
}
