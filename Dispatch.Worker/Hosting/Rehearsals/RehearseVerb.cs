using System.CommandLine;
using System.Text.Json;

namespace Dispatch.Worker.Hosting.Rehearsals;

/// <summary>
/// The verb <c>rehearse</c>: parses the options of <see cref="Rehearsal"/>, shows a progress bar on a terminal, and prints the result as
/// JSON.
/// </summary>
internal static class RehearseVerb
{
    private static readonly JsonSerializerOptions SnakeCase = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public static Command Make(string[] settings)
    {
        var recipients = new Option<int>("--recipients")
        {
            Description = "The number of generated recipients.",
            DefaultValueFactory = _ => 1000
        };
        recipients.Validators.Add(given =>
        {
            if (given.GetValue(recipients) is < 1 or > 10_000_000)
                given.AddError("--recipients: give a number from 1 to 10000000.");
        });
        var relay = new Option<string>("--relay")
        {
            Description = "Where the email goes, such as smtp://127.0.0.1:2525?tls=none; by default a folder that is deleted afterwards."
        };
        var connections = new Option<int>("--connections") { Description = "Connections to the relay.", DefaultValueFactory = _ => 8 };
        var issue = new Option<FileInfo?>("--issue")
        {
            Description = "An issue from a file, with its photos next to it; by default a made-up one of about 50 KB."
        };
        var dkim = new Option<FileInfo?>("--dkim") { Description = "A private key (PEM) to sign every email with." };
        var database = new Option<string?>("--database")
        {
            Description = "A PostgreSQL server, as postgres://user:password@host/database or a connection string; a database is created "
                + "there for the rehearsal and dropped afterwards. By default SQLite."
        };
        var prepareOnly = new Option<bool>("--prepare-only")
        {
            Description = "Creates the recipients and the issue in the configured database, which must have no readers, and sends nothing."
        };
        var rehearse = new Command("rehearse",
            "Sends a whole issue through the real pipeline to recipients that don't exist, in its own database. Ends with a line of JSON.")
        {
            recipients, relay, connections, issue, dkim, database, prepareOnly,
        };
        rehearse.SetAction(async (parsed, cancel) =>
        {
            using var bar = new ProgressBar();
            var rehearsal = new Rehearsal(
                parsed.GetValue(recipients), parsed.GetValue(relay)
                ?? "pickup:outbox", parsed.GetValue(connections), parsed.GetValue(issue)?.FullName, parsed.GetValue(dkim)?.FullName,
                parsed.GetValue(database), settings);
            if (parsed.GetValue(prepareOnly))
            {
                var prepared = new { recipients = parsed.GetValue(recipients), issue = await rehearsal.PrepareAsync(bar.Show, cancel) };
                bar.Dispose();
                Console.WriteLine(JsonSerializer.Serialize(prepared, SnakeCase));
                return 0;
            }
            var result = await rehearsal.RunAsync(bar.Show, cancel);
            bar.Dispose();
            Console.WriteLine(JsonSerializer.Serialize(result, SnakeCase));
            return result.Accepted == result.Recipients ? 0 : 1;
        });
        return rehearse;
    }
}
