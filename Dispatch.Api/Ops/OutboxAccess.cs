using System.Net;
using Dispatch.Worker.Staff;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;

namespace Dispatch.Api.Ops;

/// <summary>
/// Restricts a page of the outbox to ops, because messages contain readers' addresses and personal links. In Development, anybody at this
/// machine may open it. A request through a proxy or with another host name (DNS rebinding) does not count as coming from this machine.
/// </summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class OutboxAccessAttribute : Attribute, IAuthorizationFilter
{
    // The forwarded-headers middleware renames X-Forwarded-For to X-Original-For.
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
