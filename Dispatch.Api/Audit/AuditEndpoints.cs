using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Api.Http.Input;
using Dispatch.Worker.Audit;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Dispatch.Api.Audit;

internal static class AuditEndpoints
{
    public static void MapAudit(this IEndpointRouteBuilder routes) => routes.MapApi("Audit", Policies.Operate)
        .MapGet("/audit", ListAsync).Validate<Paging>().WithSummary("Who did what, newest first. Ids and words only, no personal data.");

    private static async Task<Ok<Page<AuditEntry>>> ListAsync([AsParameters] Paging paging, AuditTrail audit, CancellationToken cancel)
    {
        var rows = await audit.LatestAsync(paging.AfterId, paging.Take + 1, cancel);
        return TypedResults.Ok(Page.Of(rows, paging.Take, entry => entry, entry => entry.Id));
    }
}
