using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Dispatch.Api.Pages.Desk.Board;

/// <summary>The desk's first page: which issues go out next and when, and which need attention.</summary>
public sealed class IndexModel(DeskBoards boards, TimeProvider clock) : PageModel
{
    public IReadOnlyList<DeskBoard> Boards { get; private set; } = [];
    public DateTimeOffset Now => clock.GetUtcNow();

    public async Task OnGetAsync(CancellationToken cancel) => Boards = await boards.AllAsync(cancel);
}
