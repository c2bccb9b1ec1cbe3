using System.CommandLine;
using System.Globalization;
using Dispatch.Templates.Text;
using Dispatch.Worker.Backup;
using Dispatch.Worker.Privacy;
using Dispatch.Worker.Settings;
using Microsoft.Extensions.Options;

namespace Dispatch.Api.Hosting;

/// <summary>The verbs <c>backup</c> and <c>restore</c>.</summary>
internal static class BackupVerbs
{
    public static Command Backup(string[] settings)
    {
        var file = new Argument<string>("FILE")
        {
            Description = "The zip file to write. An existing file is replaced once the new one is complete."
        };
        var backup = new Command("backup", "Writes everything but the keys to one file, even while Dispatch is running.") { file };
        backup.SetAction((parsed, cancel) => ApiHost.WithServicesAsync(settings, services =>
            WholeFile.WriteAsync(parsed.GetRequiredValue(file), async to =>
            {
                var done = await services.GetRequiredService<BackupWriter>().WriteAsync(to, cancel);
                var keys = services.GetRequiredService<IOptions<PrivacySettings>>().Value
                    .PathUnder(services.GetRequiredService<DataFolder>().Root);
                return $"Wrote {In(done)} to {parsed.GetValue(file)}. The key file isn't in it: keep a copy of {keys} in another place, or "
                    + "nobody in this backup can ever be emailed.";
            }), prepared: false));
        return backup;
    }

    public static Command Restore(string[] settings)
    {
        var file = new Argument<string>("FILE") { Description = "What backup has written, from either database." };
        var restore = new Command("restore", "Restores a backup into an empty database. Put the key file back first.") { file };
        restore.SetAction((parsed, cancel) => ApiHost.WithServicesAsync(settings, async services =>
        {
            try
            {
                var (done, says) = await services.GetRequiredService<BackupReader>().ReadAsync(parsed.GetRequiredValue(file), cancel);
                return Verbs.Done(Words(done, says));
            }
            catch (Exception fault) when (fault is InvalidDataException or IOException or UnauthorizedAccessException)
            {
                return Verbs.Refused(fault.Message);
            }
        }, prepared: false));
        return restore;
    }

    /// <summary>Says what was restored, and what people must do.</summary>
    internal static string Words(BackupDone done, IEnumerable<string> says) => string.Join(Environment.NewLine,
    [
        $"Restored {In(done)}, as of {done.At.ToString("d MMMM yyyy, HH:mm 'UTC'", CultureInfo.InvariantCulture)}.", .. says,
        "Whoever unsubscribed, was erased, or lost an account or a token after that moment is back: repeat what you know of.",
    ]);

    private static string In(BackupDone done) =>
        $"{Counted.Of(done.Tables, "table")} with {Counted.Of(done.Rows, "row")} and {Counted.Of(done.Files, "file")}";
}
