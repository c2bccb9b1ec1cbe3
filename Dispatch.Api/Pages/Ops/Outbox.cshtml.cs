using Dispatch.Api.Ops;
using Dispatch.Worker.Relays;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Dispatch.Api.Pages.Ops;

/// <summary>The messages in the outbox folder, newest first.</summary>
[OutboxAccess]
public sealed class OutboxModel(Outbox outbox) : PageModel
{
    private const int PageSize = 25;

    [BindProperty(SupportsGet = true)]
    public string? Before { get; set; }

    public IReadOnlyList<string> Folders => outbox.Folders;
    public OutboxPage Mails { get; private set; } = new([], null);

    public async Task<IActionResult> OnGetAsync(CancellationToken cancel)
    {
        if (Before is not null && !Outbox.IsName(Before))
            return NotFound();
        Mails = await outbox.ListAsync(Before, PageSize, cancel);
        return Page();
    }
}
