using Dispatch.Worker.Database;

namespace Dispatch.Worker.Deliveries.Ledger;

/// <summary>A connection kept for the ledger's hot path, with its statements prepared. It belongs to one thread.</summary>
public abstract class LedgerConnection(DispatchDb db) : IDisposable
{
    /// <summary>Records outcomes and claims the next deliveries in one transaction, durable when it returns.</summary>
    /// <returns>An answer for each claim, in their order.</returns>
    public abstract ClaimResult[] Exchange(IReadOnlyList<Outcome> outcomes, IReadOnlyList<Claim> claims, DateTimeOffset now);

    public void Dispose()
    {
        Dispose(true);
        db.Dispose();
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
    }
}
