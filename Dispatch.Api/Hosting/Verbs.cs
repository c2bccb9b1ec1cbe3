using System.CommandLine;
using Dispatch.Worker.Audit;
using Dispatch.Worker.Database;
using Dispatch.Worker.Deliveries;
using Dispatch.Worker.Hosting;
using Dispatch.Worker.Issues;
using Dispatch.Worker.Privacy;
using Dispatch.Worker.Staff;

namespace Dispatch.Api.Hosting;

/// <summary>
/// The command line: without a verb the service itself, with one a single task on the same settings. Settings may
/// follow as <c>--Section:Key=value</c>.
/// </summary>
internal static class Verbs
{
    public static Task<int> RunAsync(string[] args) => CommandLine.RunAsync(args, Root);

    private static RootCommand Root(string[] settings)
    {
        var root = new RootCommand("Dispatch: a newsletter's subscriptions, issues and delivery. Without a verb it serves the site and sends the mail.")
        {
            Staff(settings), Token(settings), Issues(settings), Keys(settings), Doctor(settings),
        };
        root.SetAction(async (_, _) =>
        {
            await ApiHost.ServeAsync(settings);
            return 0;
        });
        return root;
    }

    private static Command Staff(string[] settings)
    {
        var email = new Argument<string>("EMAIL") { Description = "The account's e-mail address." };
        var role = new Option<string[]>("--role") { Description = "What the person may do: correspondent, editor or ops; may be given several times.", Required = true };
        role.AcceptOnlyFromAmong([.. StaffRoles.All]);
        var add = new Command("add", "Makes an account and prints a one-time link to set its password.") { email, role };
        add.SetAction((parsed, cancel) => ApiHost.WithServicesAsync(settings, async services =>
            await services.GetRequiredService<Accounts>().AddAsync(parsed.GetRequiredValue(email), parsed.GetRequiredValue(role), Actor.CommandLine, cancel) switch
            {
                AccountOutcome.Done done => Done(done.Link ?? ""),
                AccountOutcome.Refused refused => Refused(refused.Why),
                _ => Refused("The account was not made."),
            }));
        return new Command("staff", "Accounts of correspondents, editors and ops.") { add };
    }

    private static Command Token(string[] settings)
    {
        var name = new Argument<string>("NAME") { Description = "What the token is for, as in 'website'." };
        var role = new Option<string>("--role") { Description = "What it may do: correspondent, editor or ops.", Required = true };
        role.AcceptOnlyFromAmong([.. StaffRoles.All]);
        var expires = new Option<int?>("--expires") { Description = "Days until it stops working; without it, never." };
        expires.Validators.Add(given =>
        {
            if (given.GetValue(expires) is < 1 or > 3650)
                given.AddError("--expires: expected 1 to 3650 days.");
        });
        var create = new Command("create", "Prints a new API token, once; only its hash is stored.") { name, role, expires };
        create.SetAction((parsed, cancel) => ApiHost.WithServicesAsync(settings, async services =>
        {
            var goodFor = parsed.GetValue(expires) is { } days ? TimeSpan.FromDays(days) : (TimeSpan?)null;
            var (_, token) = await services.GetRequiredService<ApiTokens>().CreateAsync(parsed.GetRequiredValue(name), parsed.GetRequiredValue(role), goodFor, Actor.CommandLine, cancel);
            return Done(token);
        }));
        return new Command("token", "Tokens for the HTTP API.") { create };
    }

    private static Command Issues(string[] settings)
    {
        var file = new Argument<string>("FILE.md") { Description = "Markdown with YAML front matter; its photos lie beside it." };
        var newsletter = new Option<string>("--newsletter") { Description = "The newsletter's short name; without it, the file's, or the only one there is." };
        var slot = new Option<string>("--slot") { Description = "The slot it goes out in: a day as in 2026-12-02, or next; without it, the file's." };
        var sendNow = new Option<bool>("--send-now") { Description = "Sends it at once, whatever its slot." };
        slot.Validators.Add(given =>
        {
            if (!SlotChoice.TryParse(given.GetValue(slot) ?? "", out _))
                given.AddError("--slot: expected a day as in 2026-12-02, or next.");
        });
        var add = new Command("add", "Takes an issue from a file, with its photos, and puts it into a slot where one is named.") { file, newsletter, slot, sendNow };
        add.Validators.Add(given =>
        {
            if (given.GetValue(sendNow) && given.GetValue(slot) is not null)
                given.AddError("--slot and --send-now: expected one of them, not both.");
        });
        add.SetAction((parsed, cancel) => ApiHost.WithServicesAsync(settings, services => new IssuesVerb(Console.Out, Console.Error).AddAsync(services, parsed.GetRequiredValue(file),
            new FilingWish(parsed.GetValue(newsletter), parsed.GetValue(slot) is { } day && SlotChoice.TryParse(day, out var choice) ? choice : null, parsed.GetValue(sendNow)), cancel)));
        return new Command("issues", "Issues from files.") { add };
    }

    private static Command Keys(string[] settings)
    {
        var add = new Command("add", "Adds a key that readers' data is sealed and links are made with from now on. The old ones stay, and so do the links in mails.");
        add.SetAction((_, cancel) => ApiHost.WithServicesAsync(settings, async services =>
        {
            var ring = services.GetRequiredService<KeyRing>();
            var number = ring.AddKey();
            var db = services.GetRequiredService<DispatchDb>();
            db.Audit.Add(Actor.CommandLine.Did("key.added", $"key:{number}", services.GetRequiredService<TimeProvider>().GetUtcNow()));
            await db.SaveChangesAsync(cancel);
            return Done($"Key {number} was added to {ring.Path}. Back that file up and copy it to every machine that works on this database; then restart what runs, which uses the key from then on.");
        }));
        return new Command("keys", "What readers' addresses are sealed with, and links are made with.") { add };
    }

    private static Command Doctor(string[] settings)
    {
        var doctor = new Command("doctor", "Checks settings, database, relays, clock, disk and slots: a line each, and what to do.");
        doctor.SetAction((_, cancel) => ApiHost.ExamineAsync(settings, cancel));
        return doctor;
    }

    private static int Done(string line)
    {
        Console.WriteLine(line);
        return 0;
    }

    private static int Refused(string why)
    {
        Console.Error.WriteLine(why);
        return 1;
    }
}
