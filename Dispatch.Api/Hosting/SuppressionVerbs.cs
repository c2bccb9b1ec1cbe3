using System.CommandLine;
using System.Text.Json;
using Dispatch.Templates.Text;
using Dispatch.Worker.Audit;
using Dispatch.Worker.Transfer.Reading;
using Dispatch.Worker.Transfer.SuppressionLists;

namespace Dispatch.Api.Hosting;

/// <summary>The verbs <c>suppressions import</c> and <c>suppressions export</c>.</summary>
internal static class SuppressionVerbs
{
    private const int ShownRefusals = 20;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    public static Command Suppressions(string[] settings) =>
        new("suppressions", "Imports and exports the addresses that are never emailed.")
        {
            Import(settings), Export(settings),
        };

    private static Command Import(string[] settings)
    {
        var file = new Argument<string>("FILE.csv")
        {
            Description = "Columns email, reason, since; or hash, reason, since, key, as suppressions export writes them.",
        };
        var import = new Command("import", "Imports addresses that must never be emailed again. The last line it prints is JSON.") { file };
        import.SetAction((parsed, cancel) => ApiHost.WithServicesAsync(settings, async services =>
        {
            var path = parsed.GetRequiredValue(file);
            try
            {
                await using var content = File.OpenRead(path);
                var shown = 0;
                var result = await services.GetRequiredService<SuppressionImport>().ReadAsync(Path.GetFileName(path), content,
                    Actor.CommandLine, line =>
                    {
                        if (shown++ < ShownRefusals)
                            Console.WriteLine($"{line.File}({line.Line}): refused, {line.Column}: {line.Why}; expected {line.Right}");
                    }, cancel);
                return Verbs.Done(JsonSerializer.Serialize(result, Json));
            }
            catch (UnreadableFileException unreadable)
            {
                return Verbs.Refused(unreadable.Message);
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
            {
                return Verbs.Refused(fault.Message);
            }
        }));
        return import;
    }

    private static Command Export(string[] settings)
    {
        var file = new Argument<string>("FILE.csv") { Description = "The file to write." };
        var by = new Option<string>("--by")
        {
            Description = "hash or address. Hashes need the same key file; addresses are known only for readers still stored.",
            DefaultValueFactory = _ => "hash",
        };
        by.AcceptOnlyFromAmong("hash", "address");
        var export = new Command("export", "Exports the addresses that are never emailed.") { file, by };
        export.SetAction((parsed, cancel) => ApiHost.WithServicesAsync(settings, services =>
        {
            var path = parsed.GetRequiredValue(file);
            return WholeFile.WriteAsync(path, async to =>
            {
                var (written, unknown) = await services.GetRequiredService<SuppressionExport>()
                    .WriteAsync(to, parsed.GetRequiredValue(by) == "address", Actor.CommandLine, cancel);
                return $"Wrote {Counted.Of(written, "suppression")} to {path}."
                    + (unknown > 0 ? $" For {unknown:N0} more, only the hash is known: use --by hash to write them too." : "");
            });
        }));
        return export;
    }
}
