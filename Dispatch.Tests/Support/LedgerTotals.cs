using Dispatch.Tests.Support.Servers;
using Dispatch.Worker.Database;
using Dispatch.Worker.Deliveries.Ledger;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Tests.Support;

/// <summary>Checks after every test that the totals which chunks keep are those of their deliveries, whatever the test did.</summary>
internal static class LedgerTotals
{
    private const string Stale = $"""
        SELECT 'issue ' || c."IssueId" || ', chunk ' || c."Number" || ' says ' || c."Totals" || ', but has ' || {ChunkTotals.Counted}
        FROM "DeliveryChunks" c WHERE c."Totals" IS NOT NULL AND c."Totals" <> {ChunkTotals.Counted}
        """;

    /// <summary>Forgets all totals, after the test itself has changed deliveries.</summary>
    public static Task ForgetAsync(DispatchDb db) =>
        db.DeliveryChunks.ExecuteUpdateAsync(set => set.SetProperty(chunk => chunk.Totals, (string?)null));

    public static async Task CheckAsync(DispatchApp app)
    {
        await using var db = app.OpenDb();
        List<string> stale;
        try
        {
            stale = await db.TextsAsync(Stale, CancellationToken.None);
        }
        catch (Exception fault) when (TransientErrors.Is(fault))
        {
            return; // the test took the database away
        }
        Assert.That(stale, Is.Empty, "totals kept by chunks");
    }
}
