using System.CommandLine;
using System.Text.Json;
using Dispatch.Templates.Text;
using Dispatch.Worker.Audit;
using Dispatch.Worker.Database;
using Dispatch.Worker.Hosting;
using Dispatch.Worker.Transfer;
using Dispatch.Worker.Transfer.Export;
using Dispatch.Worker.Transfer.Import;
using Dispatch.Worker.Transfer.Import.Staging;
using Dispatch.Worker.Transfer.Reading;
using Dispatch.Worker.Transfer.Systems;

namespace Dispatch.Api.Hosting;

/// <summary>
/// The verbs <c>readers import</c> and <c>readers export</c>. The last line on stdout of an import is a JSON object with what became of the
/// readers.
/// </summary>
internal static class ReadersVerbs
{
    private const int ShownRefusals = 20;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    public static Command Readers(string[] settings) => new("readers", "Imports readers from other systems, and exports them.")
    {
        Import(settings), Export(settings),
    };

    private static Command Export(string[] settings)
    {
        var file = new Argument<string?>("FILE.csv")
        {
            Description = "The file to write; by default stdout.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var form = new Option<string>("--as")
        {
            Description = $"{string.Join(", ", ExportChoices.Forms)}; by default dispatch, which is everything.",
            DefaultValueFactory = _ => "dispatch",
        };
        form.AcceptOnlyFromAmong([.. ExportChoices.Forms]);
        var newsletter = new Option<string>("--newsletter") { Description = "The slug of the only newsletter to export." };
        var status = new Option<string>("--status")
        {
            Description = $"The only status to export: {StatusWords.All}. For listmonk and mailchimp, confirmed unless you say otherwise.",
        };
        status.AcceptOnlyFromAmong(StatusWords.All.Split(", "));
        var export = new Command("export", "Exports readers to a CSV file, with consent and status.") { file, form, newsletter, status };
        export.SetAction((parsed, cancel) => ApiHost.WithServicesAsync(settings, async services =>
        {
            var choices = new ExportChoices(Enum.Parse<ExportForm>(parsed.GetRequiredValue(form), ignoreCase: true),
                parsed.GetValue(newsletter), StatusWords.Read(parsed.GetValue(status)));
            var readers = services.GetRequiredService<ReaderExport>();
            if (!await readers.KnowsAsync(choices.Newsletter, cancel))
                return Verbs.Refused($"--newsletter: there is none with the slug {choices.Newsletter}.");
            if (parsed.GetValue(file) is not { } path)
            {
                await using var stdout = Console.OpenStandardOutput();
                await readers.WriteAsync(stdout, choices, Actor.CommandLine, cancel);
                return 0;
            }
            return await WholeFile.WriteAsync(path, async to =>
            {
                var count = await readers.WriteAsync(to, choices, Actor.CommandLine, cancel);
                return $"Wrote {Counted.Of(count, "reader")} to {path}. The file contains their addresses: keep it as safe as the key "
                    + "file.";
            });
        }));
        return export;
    }

    private static Command Import(string[] settings)
    {
        var file = new Argument<string>("FILE") { Description = "A CSV or JSON file, or a zip of them, as another system exports it." };
        var newsletter = new Option<string>("--newsletter")
        {
            Description = "The slug of the newsletter for readers without one in the file; by default the first newsletter.",
        };
        var from = new Option<string>("--from") { Description = $"The system: {string.Join(", ", SourceSystems.Names)}." };
        var status = new Option<string>("--status")
        {
            Description = $"The readers' status, if the file doesn't say: {StatusWords.All}. Of two, the more careful counts.",
        };
        var consentDate = new Option<string>("--consent-date")
        {
            Description = "The day by which confirmed readers without a date had consented, such as 2024-02-29.",
        };
        var encoding = new Option<string>("--encoding") { Description = "The file's encoding if it isn't UTF-8, such as windows-1251." };
        var map = new Option<string[]>("--map")
        {
            Description = "COLUMN=FIELD, may be given several times: email, name, first_name, last_name, language, newsletters, status, "
                + "confirmed_at, unsubscribed_at, source, another name for a field, or - to drop the column.",
        };
        var dryRun = new Option<bool>("--dry-run") { Description = "Shows what would happen, with examples, and changes nothing." };
        var sendConfirmations = new Option<bool>("--send-confirmations")
        {
            Description = "Emails pending readers a request to confirm. Without it, nobody is emailed.",
        };
        var report = new Option<string>("--report")
        {
            Description = "Writes each refused line to this CSV file, with its number, the reason and how to fix it.",
        };
        var import = new Command("import", "Imports readers. Nobody who left, bounced or complained is added back, and nobody is emailed.")
        {
            file, newsletter, from, status, consentDate, encoding, map, dryRun, sendConfirmations, report,
        };
        import.SetAction(async (parsed, cancel) =>
        {
            var typed = new TypedChoices(parsed.GetValue(newsletter), parsed.GetValue(from), parsed.GetValue(status),
                parsed.GetValue(consentDate), parsed.GetValue(encoding), parsed.GetValue(map) ?? [], parsed.GetValue(sendConfirmations));
            // Before there are services with a clock, so that a usage error doesn't open the database.
            if (!ImportChoices.TryRead(typed, TimeProvider.System.GetUtcNow(), out var choices, out var fault))
            {
                Console.Error.WriteLine($"--{fault!.Value.Option}: {fault.Value.Why}");
                return 2;
            }
            return await ApiHost.WithServicesAsync(settings, services => new ImportVerb(services.GetRequiredService<ReaderImports>(),
                parsed.GetValue(dryRun), parsed.GetValue(report)).RunAsync(parsed.GetRequiredValue(file), choices, cancel));
        });
        return import;
    }

    /// <summary>One run of <c>readers import</c>.</summary>
    private sealed class ImportVerb(ReaderImports imports, bool isDry, string? report)
    {
        private readonly List<RefusedLine> refused = [];
        private StreamWriter? reportFile;

        public async Task<int> RunAsync(string path, ImportChoices choices, CancellationToken cancel)
        {
            try
            {
                await using var content = File.OpenRead(path);
                await using var written = reportFile = report is null ? null : new StreamWriter(report);
                reportFile?.WriteLine(RefusedLines.Header);
                return await RunAsync(content, Path.GetFileName(path), choices, cancel);
            }
            catch (UnreadableFileException unreadable)
            {
                return Verbs.Refused(unreadable.Message);
            }
            catch (Exception fault) when (TransientErrors.IsDatabases(fault))
            {
                return Verbs.Refused("The database can't be reached or written: the disk may be full, or the server is away. Nobody is "
                    + "there by half. When that is over, type the same command again: it goes on where it was.");
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
            {
                return Verbs.Refused(fault.Message);
            }
        }

        private async Task<int> RunAsync(FileStream content, string name, ImportChoices choices, CancellationToken cancel)
        {
            using var bar = new ProgressBar();
            var fingerprint = isDry ? null : await imports.FingerprintOf(content, choices, cancel);
            content.Position = 0;
            var interrupted = fingerprint is null ? null : await imports.InterruptedAsync(fingerprint, cancel);
            var file = new FileToImport(name, content, content.Length, Note,
                () => bar.Show("reading", (int)(content.Position >> 10), (int)(content.Length >> 10), "KiB"));
            var id = interrupted ?? await imports.ReadAsync(file, choices, Actor.CommandLine, fingerprint, cancel);
            if (interrupted is not null)
                foreach (var line in await imports.RefusedAsync(id, cancel))
                    Note(line);
            return isDry ? await PreviewAsync(id, choices, bar, cancel)
                : await TakeInAsync(id, interrupted is not null, choices, bar, cancel);
        }

        private async Task<int> PreviewAsync(int id, ImportChoices choices, ProgressBar bar, CancellationToken cancel)
        {
            try
            {
                var preview = await imports.PreviewAsync(id, (done, of) =>
                {
                    bar.Show("looking", done, of);
                    return Task.CompletedTask;
                }, cancel);
                bar.Dispose();
                var found = (await imports.FindAsync(id, cancel))!.Findings;
                Tell(found, choices, preview.Counts);
                foreach (var (what, consequence) in preview.Consequences)
                {
                    Console.WriteLine($"{what}: {consequence.Readers:N0}");
                    foreach (var example in consequence.Examples)
                        Console.WriteLine($"    {example}");
                }
                Console.WriteLine("This was a dry run: nothing was changed.");
                return End(found, preview.Counts);
            }
            finally
            {
                await imports.DropAsync(id);
            }
        }

        private async Task<int> TakeInAsync(int id, bool again, ImportChoices choices, ProgressBar bar, CancellationToken cancel)
        {
            await imports.BeginAsync(id, Actor.CommandLine, queued: false, cancel);
            var rows = (await imports.FindAsync(id, cancel))!.Findings.Rows;
            await imports.RunAsync(id, (done, of) => bar.Show("importing", (int)((long)rows * done / of), rows, "lines"), cancel);
            bar.Dispose();
            var standing = (await imports.FindAsync(id, cancel))!;
            if (again)
                Console.WriteLine("An earlier import of this file was interrupted. This run continued it.");
            Tell(standing.Findings, choices, standing.Counts);
            if (standing.Counts is { Added: 0, Updated: 0, Asked: 0 })
                Console.WriteLine("Nothing changed: everything was here already.");
            return End(standing.Findings, standing.Counts);
        }

        private void Tell(ImportFindings found, ImportChoices choices, ImportCounts counts)
        {
            foreach (var line in ImportWords.Files(found).Concat(ImportWords.Notes(found, choices, counts)))
                Console.WriteLine(line);
            foreach (var line in refused)
                Console.WriteLine($"{line.File}({line.Line}): refused, {line.Column}: {line.Why}; expected {line.Right}");
            if (found.Refused > refused.Count)
                Console.WriteLine($"{found.Refused - refused.Count:N0} more lines were refused"
                    + (report is null ? ": --report FILE.csv lists them all." : $". All are in {report}."));
            foreach (var (what, count) in ImportWords.Counts(found, counts))
                Console.WriteLine($"{what,-26}{count,12:N0}");
        }

        private static int End(ImportFindings found, ImportCounts counts)
        {
            Console.WriteLine(JsonSerializer.Serialize(ImportWords.Result(found, counts), Json));
            return 0;
        }

        private void Note(RefusedLine line)
        {
            reportFile?.WriteLine(RefusedLines.AsCsv(line));
            if (refused.Count < ShownRefusals)
                refused.Add(line);
        }
    }
}
