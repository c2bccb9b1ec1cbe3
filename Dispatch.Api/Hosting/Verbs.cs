using System.CommandLine;
using Dispatch.Worker.Audit;
using Dispatch.Worker.Hosting;
using Dispatch.Worker.Issues;
using Dispatch.Worker.Issues.Files;
using Dispatch.Worker.Privacy;

namespace Dispatch.Api.Hosting;

/// <summary>
/// The command line. Without a verb it runs the service, with a verb a single task. Settings are given as <c>--Section:Key=value</c>.
/// </summary>
internal static class Verbs
{
    public static Task<int> RunAsync(string[] args) => CommandLine.RunAsync(args, Root, ApiHost.ServeAsync);

    private static RootCommand Root(string[] settings)
    {
        var root = new RootCommand(
            "Dispatch, a newsletter service. Without a command, serves the site and sends the email.")
        {
            StaffVerbs.Staff(settings), StaffVerbs.Token(settings), ReadersVerbs.Readers(settings),
            SuppressionVerbs.Suppressions(settings), Issues(settings), ArchiveVerbs.Archive(settings),
            BackupVerbs.Backup(settings), BackupVerbs.Restore(settings), Keys(settings), Doctor(settings),
        };
        return root;
    }

    private static Command Issues(string[] settings)
    {
        var file = new Argument<string>("FILE.md") { Description = "Markdown with YAML front matter; its photos next to it." };
        var newsletter = new Option<string>("--newsletter")
        {
            Description = "The newsletter's slug; by default the file's, or the only newsletter."
        };
        var slot = new Option<string>("--slot")
        {
            Description = "The slot to send it in: a date such as 2026-12-02, or next; by default the file's."
        };
        var sendNow = new Option<bool>("--send-now") { Description = "Sends it at once, whatever its slot." };
        slot.Validators.Add(given =>
        {
            if (!SlotChoice.TryParse(given.GetValue(slot) ?? "", out _))
                given.AddError("--slot: give a date such as 2026-12-02, or next.");
        });
        var add = new Command("add", "Adds an issue from a file, with its photos, and schedules it if a slot is given.") {
            file, newsletter, slot, sendNow };
        add.Validators.Add(given =>
        {
            if (given.GetValue(sendNow) && given.GetValue(slot) is not null)
                given.AddError("Give either --slot or --send-now, not both.");
        });
        add.SetAction((parsed, cancel) => ApiHost.WithServicesAsync(settings, services => new IssuesVerb(Console.Out, Console.Error)
            .AddAsync(services, parsed.GetRequiredValue(file),
            new FilingWish(parsed.GetValue(newsletter), parsed.GetValue(slot) is { } day && SlotChoice.TryParse(day, out var choice)
                ? choice : null, parsed.GetValue(sendNow)), cancel)));
        return new Command("issues", "Adds issues from files, imports past issues from other systems, and exports all issues.")
        {
            add, PastIssueVerbs.Import(settings), ArchiveVerbs.ExportIssues(settings),
        };
    }

    private static Command Keys(string[] settings)
    {
        var add =
            new Command("add",
                "Adds a key that encrypts readers' data and signs links from now on. Old keys keep working, and so do the links in "
                    + "emails.");
        add.SetAction((_, cancel) => ApiHost.WithServicesAsync(settings, async services =>
        {
            var ring = services.GetRequiredService<KeyRing>();
            var number = ring.AddKey();
            await services.GetRequiredService<AuditTrail>().RecordAsync(
                Actor.CommandLine.Did("key.added", AuditTarget.Key(number), services.GetRequiredService<TimeProvider>().GetUtcNow()),
                    cancel);
            return Done(
                $"Key {number} was added to {ring.Path}. Back that file up and copy it to every machine that uses this database; then "
                    + "restart Dispatch, which uses the key from then on.");
        }));
        return new Command("keys", "Manages the keys that encrypt readers' data and sign links.") { add };
    }

    private static Command Doctor(string[] settings)
    {
        var doctor = new Command("doctor", "Checks settings, database, relays, clock, disk and slots: one line each, with what to do.");
        doctor.SetAction((_, cancel) => ApiHost.ExamineAsync(settings, cancel));
        return doctor;
    }

    internal static int Done(string line)
    {
        Console.WriteLine(line);
        return 0;
    }

    internal static int Refused(string why)
    {
        Console.Error.WriteLine(why);
        return 1;
    }
}
