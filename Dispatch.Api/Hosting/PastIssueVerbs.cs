using System.CommandLine;
using System.Text.Json;
using Dispatch.Worker.Audit;
using Dispatch.Worker.Hosting;
using Dispatch.Worker.Transfer.PastIssues;
using Dispatch.Worker.Transfer.Reading;

namespace Dispatch.Api.Hosting;

/// <summary>
/// The verb <c>issues import</c>. The last line on stdout is a JSON object with what became of the issues.
/// </summary>
internal static class PastIssueVerbs
{
    // For a larger archive, only entries that need attention are listed.
    private const int MostPlainLines = 100;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    public static Command Import(string[] settings)
    {
        var file = new Argument<string>("FILE")
        {
            Description = "Substack's or Buttondown's zip, Ghost's JSON, listmonk's campaigns as JSON, or Markdown files with front "
                + "matter: a file, a folder or a zip.",
        };
        var newsletter = new Option<string>("--newsletter")
        {
            Description = "The newsletter's slug; by default the file's, or the only newsletter.",
        };
        var from = new Option<string>("--from") { Description = $"The system: {string.Join(", ", PastImportChoices.Systems)}." };
        from.AcceptOnlyFromAmong([.. PastImportChoices.Systems]);
        var dryRun = new Option<bool>("--dry-run") { Description = "Shows what would happen, and changes nothing." };
        var fetchPictures = new Option<bool>("--fetch-pictures")
        {
            Description = "Downloads pictures that aren't in the file from their own addresses, but never from private networks.",
        };
        var oldSite = new Option<string>("--old-site")
        {
            Description = "The address of the site that the issues were on, such as https://gazeta.example: links to other issues there "
                + "lead to those here, and it completes the addresses of pictures.",
        };
        oldSite.Validators.Add(given =>
        {
            if (given.GetValue(oldSite) is { } address && PastImportChoices.SiteOf(address) is null)
                given.AddError("--old-site: give a web address such as https://gazeta.example.");
        });
        var import = new Command("import", "Imports past issues into the archive, under their original dates. Nobody is emailed.")
        {
            file, newsletter, from, dryRun, fetchPictures, oldSite,
        };
        import.SetAction((parsed, cancel) => ApiHost.WithServicesAsync(settings, async services =>
        {
            var choices = new PastImportChoices(parsed.GetValue(newsletter), parsed.GetValue(from))
            {
                IsDry = parsed.GetValue(dryRun),
                OldSite = parsed.GetValue(oldSite) is { } address ? PastImportChoices.SiteOf(address) : null,
            };
            var fetch = parsed.GetValue(fetchPictures) ? services.GetRequiredService<PictureFetch>() : null;
            try
            {
                PastImportReport report;
                using (var bar = new ProgressBar())
                    report = await services.GetRequiredService<PastIssueImport>().RunAsync(parsed.GetRequiredValue(file), choices, fetch,
                        Actor.CommandLine, done => bar.Show("importing", done, done), cancel);
                Tell(report, choices);
                Console.WriteLine(JsonSerializer.Serialize(report.Result, Json));
                return 0;
            }
            catch (UnreadableFileException unreadable)
            {
                return Verbs.Refused(unreadable.Message);
            }
        }));
        return import;
    }

    private static void Tell(PastImportReport report, PastImportChoices choices)
    {
        Console.WriteLine($"Recognized as {report.System}, because {report.Because}.");
        var plain = 0;
        foreach (var line in report.Lines)
        {
            if (line.Remarks.Count == 0 && ++plain > MostPlainLines)
                continue;
            var what = line.Subject.Length > 0 ? $"{line.Subject}  ({line.Entry})" : line.Entry;
            Console.WriteLine($"{PastImportWords.Of(line.Fate),-18}{line.Day,-12}{what}");
            foreach (var remark in line.Remarks)
                Console.WriteLine($"    {remark}");
        }
        if (plain > MostPlainLines)
            Console.WriteLine($"… and {plain - MostPlainLines:N0} more, without remarks.");
        foreach (var (what, count) in PastImportWords.Counts(report))
            Console.WriteLine($"{what,-26}{count,8:N0}");
        foreach (var note in PastImportWords.Notes(report))
            Console.WriteLine(note);
        Console.WriteLine(choices.IsDry ? "This was a dry run: nothing was changed." : PastImportWords.End(report));
    }
}
