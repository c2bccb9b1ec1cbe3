using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Api.Http.Input;
using Dispatch.Worker.Audit;
using Dispatch.Worker.Database;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Api.Audit;

internal static class AuditEndpoints
{
    public static void MapAudit(this IEndpointRouteBuilder routes) => routes.MapApi("Audit", Policies.Operate)
        .MapGet("/audit", ListAsync).Validate<Paging>().WithSummary("Who did what, the newest first: ids and words, nobody's data.");

    private static async Task<Ok<Page<AuditEntry>>> ListAsync([AsParameters] Paging paging, DispatchDb db, CancellationToken cancel)
    {
        var before = paging.AfterId ?? long.MaxValue;
        var rows = await db.Audit.AsNoTracking().Where(entry => entry.Id < before).OrderByDescending(entry => entry.Id).Take(paging.Take + 1).ToListAsync(cancel);
        return TypedResults.Ok(Page.Of(rows, paging.Take, entry => entry, entry => entry.Id));
    }
}
