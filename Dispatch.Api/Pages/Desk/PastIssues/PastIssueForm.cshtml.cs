using System.IO.Compression;
using Dispatch.Api.Http.Access;
using Dispatch.Worker.Newsletters;
using Dispatch.Worker.Transfer.PastIssues;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Dispatch.Api.Pages.Desk.PastIssues;

/// <summary>The form for an archive of past issues, and the button that exports all issues.</summary>
public sealed class PastIssueFormModel(NewsletterDirectory newsletters, IssueExport export) : PageModel
{
    public IReadOnlyList<Newsletter> Newsletters { get; private set; } = [];

    public async Task OnGetAsync(CancellationToken cancel) => Newsletters = await newsletters.AllAsync(cancel);

    public IActionResult OnPostExport() => new Zipped(export);

    private sealed class Zipped(IssueExport export) : ActionResult
    {
        public override async Task ExecuteResultAsync(ActionContext context)
        {
            var http = context.HttpContext;
            http.Response.ContentType = "application/zip";
            http.Response.Headers.ContentDisposition = "attachment; filename=issues.zip";
            // .NET's zip writes some headers synchronously, which blocks only this thread.
            http.Features.GetRequiredFeature<IHttpBodyControlFeature>().AllowSynchronousIO = true;
            using var zip = new ZipArchive(http.Response.Body, ZipArchiveMode.Create, leaveOpen: true);
            await export.WriteAsync((name, _) => Task.FromResult(zip.CreateEntry(name, CompressionLevel.Fastest).Open()), http.User.Actor(),
                http.RequestAborted);
        }
    }
}
