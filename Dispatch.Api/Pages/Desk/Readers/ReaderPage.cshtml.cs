using Dispatch.Api.Http.Access;
using Dispatch.Worker.Audit;
using Dispatch.Worker.Newsletters;
using Dispatch.Worker.Subscribers.Choices;
using Dispatch.Worker.Subscribers.Records;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Dispatch.Api.Pages.Desk.Readers;

/// <summary>
/// The page of one reader: what is stored, what was sent, what was done, and what ops can do at a reader's request. Each view is audited.
/// </summary>
public sealed class ReaderPageModel(
    ReaderRecords records, NewsletterDirectory newsletters, StaffNames names, Unsubscribing unsubscribing, OneTimeLinks links,
    Erasing erasing) : PageModel
{
    private List<Newsletter> known = [];

    public long Id { get; private set; }
    public ReaderRecord Reader { get; private set; } = null!; // set before the page is rendered

    /// <summary>The subscriptions, each with its newsletter.</summary>
    public IReadOnlyList<(SubscriptionRecord Subscription, Newsletter? Newsletter)> Subscriptions { get; private set; } = [];

    /// <summary>The names of staff in the history.</summary>
    public IReadOnlyDictionary<string, string> Names { get; private set; } = new Dictionary<string, string>();

    public async Task<IActionResult> OnGetAsync(long id, CancellationToken cancel)
    {
        if (await records.LookAsync(id, User.Actor(), cancel) is not { } record)
            return NotFound();
        (Id, Reader) = (id, record);
        known = await newsletters.AllAsync(cancel);
        Subscriptions = [.. record.Subscriptions.Select(one => (one, known.Find(newsletter => newsletter.Name == one.Newsletter)))];
        Names = await names.OfAsync([.. record.History.Select(entry => entry.By).Distinct()], cancel);
        return Page();
    }

    /// <summary>Returns an entry's detail with newsletters by name and instants in words.</summary>
    public string? DetailOf(HistoryRecord entry) => DeskTime.WithoutFractions(known.OrderByDescending(newsletter => newsletter.Id)
        .Aggregate(entry.Detail, (detail, newsletter) =>
            detail?.Replace(AuditTarget.Newsletter(newsletter.Id).Name, newsletter.Name, StringComparison.Ordinal)));

    public async Task<IActionResult> OnPostUnsubscribeAsync(long id, int newsletter, CancellationToken cancel)
    {
        if (await unsubscribing.EndAsync(id, newsletter, User.Actor(), cancel))
            TempData["Done"] = "Unsubscribed. They get no further issue.";
        else
            TempData["Refused"] = "That subscription had ended already.";
        return Back(id);
    }

    public async Task<IActionResult> OnPostLinkAsync(long id, CancellationToken cancel)
    {
        if (await links.SendAsync(id, User.Actor(), cancel))
            TempData["Done"] = "The link is on its way to the reader.";
        else
            TempData["Refused"] = "No link was sent: the address may not be emailed, or has reached today’s limit.";
        return Back(id);
    }

    public async Task<IActionResult> OnPostExportAsync(long id, CancellationToken cancel) =>
        await records.TakeAsync(id, User.Actor(), cancel) is { } record
            ? File(ReaderRecords.AsJson(record), "application/json", "reader.json") : NotFound();

    public async Task<IActionResult> OnPostEraseAsync(long id, CancellationToken cancel)
    {
        if (!await erasing.EraseAsync(id, User.Actor(), cancel))
            return NotFound();
        TempData["Done"] = "The reader is erased.";
        return Redirect("/desk/readers");
    }

    private RedirectResult Back(long id) => Redirect($"/desk/readers/{id}");
}
