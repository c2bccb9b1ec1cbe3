using Dispatch.Worker.Newsletters;
using Dispatch.Worker.Transfer.Import;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Dispatch.Api.Pages.Desk.Readers;

/// <summary>The form for a file of readers, and the latest imports.</summary>
public sealed class ImportListModel(ReaderImports imports, NewsletterDirectory newsletters) : PageModel
{
    private const int Shown = 20;

    public IReadOnlyList<Newsletter> Newsletters { get; private set; } = [];
    public IReadOnlyList<ReaderImport> Latest { get; private set; } = [];

    public async Task OnGetAsync(CancellationToken cancel)
    {
        Newsletters = await newsletters.AllAsync(cancel);
        Latest = await imports.LatestAsync(Shown, cancel);
    }
}
