using System.CommandLine;
using Dispatch.Api.Hosting.StaticArchive;
using Dispatch.Templates.Text;
using Dispatch.Worker.Audit;
using Dispatch.Worker.Settings;
using Dispatch.Worker.Transfer.PastIssues;
using Microsoft.Extensions.Options;

namespace Dispatch.Api.Hosting;

/// <summary>The verbs that export issues: <c>issues export</c> and <c>archive export</c>.</summary>
internal static class ArchiveVerbs
{
    public static Command ExportIssues(string[] settings)
    {
        var folder = Folder();
        var export = new Command("export", "Exports all issues with their pictures, as files that issues import can read.") { folder };
        export.SetAction((parsed, cancel) => ApiHost.WithServicesAsync(settings, services =>
            WholeFolder.WriteAsync(parsed.GetRequiredValue(folder), async to =>
            {
                var done = await services.GetRequiredService<IssueExport>().WriteAsync(to, Actor.CommandLine, cancel);
                return ($"Wrote {Counted.Of(done.Sent, "issue")}, {Counted.Of(done.Drafts, "draft")} and "
                    + $"{Counted.Of(done.Pictures, "picture")} to {parsed.GetValue(folder)}."
                    + (done.Cancelled > 0 ? $" Left out: {Counted.Of(done.Cancelled, "cancelled issue")}." : ""), true);
            })));
        return export;
    }

    public static Command Archive(string[] settings)
    {
        var folder = Folder();
        var export = new Command("export", "Exports the public archive as a static site that any web server can serve from any path.")
            { folder };
        export.SetAction((parsed, cancel) => ApiHost.WithSiteAsync(settings, (site, services) =>
            WholeFolder.WriteAsync(parsed.GetRequiredValue(folder), async to =>
            {
                var done = await new ArchiveExport(site.GetAsync, services.GetRequiredService<IOptions<SiteSettings>>().Value.Url)
                    .WriteAsync(to, cancel);
                if (done.Missing.FirstOrDefault(path => path.Contains(".css", StringComparison.Ordinal)) is { } style)
                    return ($"{style} is missing, and no page looks right without it. Run the published program.", false);
                await services.GetRequiredService<AuditTrail>().RecordAsync(Actor.CommandLine.Did("archive.exported", AuditTarget.Issues,
                    services.GetRequiredService<TimeProvider>().GetUtcNow(), FormattableString.Invariant($"{done.Pages} pages")), cancel);
                return ($"Wrote {Counted.Of(done.Pages, "page")} and {Counted.Of(done.Others, "other file")} to {parsed.GetValue(folder)}; "
                    + "begin with index.html."
                    + (done.Missing.Count > 0 ? $" Missing: {string.Join(", ", done.Missing.Take(20))}." : ""), true);
            })));
        return new Command("archive", "Exports the public archive.") { export };
    }

    private static Argument<string> Folder() => new("FOLDER") { Description = "A new or empty folder." };
}
