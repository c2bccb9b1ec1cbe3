using Dispatch.Worker.Database;
using Dispatch.Worker.Deliveries;
using Dispatch.Worker.Issues;
using Dispatch.Worker.Newsletters;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Api.Pages.Desk;

/// <summary>The deliveries of an issue that were not accepted, by the reader's id: no page shows a reader's address here.</summary>
public sealed class DeliveriesModel(DispatchDb db) : PageModel
{
    private const int AtOnce = 100;

    public Issue Issue { get; private set; } = null!; // these are set before the page is rendered
    public Newsletter Newsletter { get; private set; } = null!;
    public DeliveryState? State { get; private set; }
    public IReadOnlyList<Delivery> Rows { get; private set; } = [];

    /// <summary>Where the next page begins; null when this is the last.</summary>
    public long? Next { get; private set; }

    public async Task<IActionResult> OnGetAsync(int id, DeliveryState? state, long? after, CancellationToken cancel)
    {
        if (await db.Issues.AsNoTracking().SingleOrDefaultAsync(row => row.Id == id, cancel) is not { } issue)
            return NotFound();
        Issue = issue;
        Newsletter = await db.Newsletters.AsNoTracking().SingleAsync(row => row.Id == issue.NewsletterId, cancel);
        State = state;
        var rows = db.Deliveries.AsNoTracking().Where(row => row.IssueId == id && row.State != DeliveryState.Accepted);
        if (state is { } wanted) // what is under way counts as pending, as in the sums
            rows = wanted is DeliveryState.Pending ? rows.Where(row => row.State == DeliveryState.Pending || row.State == DeliveryState.Claimed) : rows.Where(row => row.State == wanted);
        if (after is { } last)
            rows = rows.Where(row => row.SubscriberId > last);
        var found = await rows.OrderBy(row => row.SubscriberId).Take(AtOnce + 1).ToListAsync(cancel);
        Rows = [.. found.Take(AtOnce)];
        Next = found.Count > AtOnce ? Rows[^1].SubscriberId : null;
        return Page();
    }
}
