using System.Globalization;
using Dispatch.Templates.Text;
using Dispatch.Worker.Addresses;
using Dispatch.Worker.Backup;
using Dispatch.Worker.Bounces;
using Dispatch.Worker.Bounces.Consequences;
using Dispatch.Worker.Bounces.Verdicts;
using Dispatch.Worker.Database;
using Dispatch.Worker.Database.Start;
using Dispatch.Worker.Newsletters;
using Dispatch.Worker.Privacy;
using Dispatch.Worker.Relays;
using Dispatch.Worker.Scheduling;
using Dispatch.Worker.Settings;
using Dispatch.Worker.Subscribers;
using Dispatch.Worker.Subscribers.SignUp;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Dispatch.Worker.Hosting;

/// <summary>The state of one part of a set-up, and what to do about it.</summary>
public sealed record Finding(FindingGrade Grade, string About, string Says);

public enum FindingGrade
{
    Ok,
    Warning,
    Failed,
}

/// <summary>Examines a set-up without changing its data.</summary>
public sealed class Doctor(
    DataFolder data, DatabaseChoice choice, IDbContextFactory<DispatchDb> databases, IOptions<SiteSettings> site,
    IOptions<List<NewsletterSettings>> configured,
    KeyRing keys, RelayPool relays, SenderDoctor sender, DatabaseClock leases, IOptions<MailSettings> mail,
        IOptions<BounceSettings> bounces, IConfiguration configuration,
        TimeProvider clock)
{
    private const long EnoughDisk = 1L << 30;
    private const int BackUpWithinDays = 7;

    /// <param name="askOthers">Whether to connect to each relay and look up DNS too, which may take a while.</param>
    /// <param name="cancel">Cancels the operation.</param>
    public async IAsyncEnumerable<Finding> ExamineAsync(
        bool askOthers, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        data.Create();
        yield return Site();
        if (Proxy() is { } proxy)
            yield return proxy;
        yield return From();
        yield return Unsubscribing();
        yield return Disk();
        yield return Files();
        yield return KeyFile();
        var database = await ClockAndDatabaseAsync(cancel);
        yield return database;
        if (askOthers)
        {
            var senders = database.Grade is FindingGrade.Ok ? await SendersAsync(cancel) : ConfiguredSenders();
            foreach (var probe in await relays.ProbeAsync(EnvelopeSender(senders)))
                yield return Relay(probe);
            await foreach (var finding in sender.ExamineAsync([.. senders.Select(one => (one.Slug, DomainOf(one.From)))], cancel))
                yield return finding;
        }
        if (database.Grade is FindingGrade.Ok)
            foreach (var finding in await BouncesAsync(cancel))
                yield return finding;
        if (database.Grade is FindingGrade.Ok)
            yield return await BackupAsync(cancel);
        if (database.Grade is FindingGrade.Ok)
            await foreach (var finding in SlotsAsync(cancel))
                yield return finding;
    }

    private Finding Site() => site.Value.Url is { Scheme: "http", IsLoopback: false } url
        ? new(FindingGrade.Warning, "site", $"{url} is not encrypted: put it behind https and set Site:PublicUrl to that")
        : site.Value.Url.IsLoopback
            ? new(FindingGrade.Warning, "site",
                $"{site.Value.Url} is only reachable from this machine, so links in emails won't work for readers: set Site:PublicUrl")
            : new(FindingGrade.Ok, "site", site.Value.Url.ToString());

    private Finding? Proxy()
    {
        var proxies = site.Value.Proxies;
        if (proxies.Count > 0)
            return new(FindingGrade.Ok, "proxy", $"X-Forwarded headers are trusted from {proxies}");
        return site.Value.IsSecure && configuration["Urls"]?.Contains("https:", StringComparison.OrdinalIgnoreCase) is not true
            ? new(FindingGrade.Warning, "proxy",
                $"{site.Value.Url} needs a proxy in front, and none is named, so nobody can sign in and all readers count as one "
                    + "network; set Site:Proxies to its address")
            : null;
    }

    private Finding From() => configured.Value.FirstOrDefault(newsletter =>
        newsletter.From.Contains("localhost", StringComparison.OrdinalIgnoreCase)) is { } local
        ? new(FindingGrade.Warning, "sender",
            $"{local.Slug} has a From that nobody can reply to; change it on the desk (or Newsletters:0:From before the first start)")
        : new(FindingGrade.Ok, "sender", "every newsletter has a From that readers can reply to");

    private Finding Unsubscribing() => bounces.Value.Mailboxes.Count > 0
        ? new(FindingGrade.Ok, "unsubscribe", "by one click on a link, and by email, which Dispatch reads")
        : mail.Value.UnsubscribeAddress is { Length: > 0 } address
        ? new(FindingGrade.Warning, "unsubscribe",
            $"readers may unsubscribe by writing to {address}, which Dispatch doesn't read: have a person do so, or empty "
                + "Mail:UnsubscribeAddress")
        : new(FindingGrade.Ok, "unsubscribe", "by one click on a link; not by email, because Mail:UnsubscribeAddress is empty");

    private async Task<IReadOnlyList<Finding>> BouncesAsync(CancellationToken cancel)
    {
        await using var db = databases.CreateDbContext();
        var findings = new List<Finding>();
        if (mail.Value.BounceAddress.Length > 0 && bounces.Value.Mailboxes.Count == 0)
            findings.Add(new(FindingGrade.Warning, "bounces",
                "messages that come back are not read: set Bounces:Mailboxes:0:Url to the mailbox that Mail:BounceAddress leads to"));
        foreach (var state in await db.MailboxStates.InUse(bounces.Value, clock.GetUtcNow()).AsNoTracking()
            .OrderBy(state => state.Mailbox).ToListAsync(cancel))
            findings.Add(state.Fault is { } fault ? new(FindingGrade.Failed, "bounces", $"mailbox {state.Mailbox} can't be read: {fault}")
                : new(FindingGrade.Ok, "bounces", $"mailbox {state.Mailbox} is read; messages that need a person: {state.Unclear}"));
        var since = clock.GetUtcNow().AddDays(-1);
        var refused = await db.Bounces.CountAsync(b => b.Kind == BounceKind.Policy && b.At > since, cancel);
        if (refused > 0)
            findings.Add(new(FindingGrade.Warning, "bounces",
                $"messages refused because of us in the last day: {refused}; see /ops/bounces"));
        return findings;
    }

    private Finding Disk()
    {
        if (!DiskHealth.HasRoom(data))
            return new(FindingGrade.Failed, "disk", $"{data.Root} can't be written by this account; it may be full");
        var free = new DriveInfo(data.Root).AvailableFreeSpace;
        return free < EnoughDisk
            ? new(FindingGrade.Warning, "disk", $"{free / (1 << 20)} MiB free under {data.Root}: free some space")
            : new(FindingGrade.Ok, "disk", $"{free / (1 << 30)} GiB free under {data.Root}");
    }

    private Finding Files() => data.OpenToOthers() is { Count: > 0 } open
        ? new(FindingGrade.Warning, "files",
            $"{string.Join(", ", open)} can be opened by other accounts: run chmod go= {string.Join(' ', open)}")
        : new(FindingGrade.Ok, "files", $"{data.Root} can't be opened by other accounts");

    private Finding KeyFile() => keys.IsReadableByOthers
        ? new(FindingGrade.Failed, "keys", $"{keys.Path} can be read by other accounts: run chmod 600 on it")
        : new(FindingGrade.Ok, "keys", $"{keys.Path}: back it up apart from the database; without it no reader can be emailed");

    private async Task<Finding> BackupAsync(CancellationToken cancel)
    {
        await using var db = databases.CreateDbContext();
        if (await LastBackup.AtAsync(db, cancel) is not { } last)
            return new(FindingGrade.Warning, "backup", "none was made with this program: have backup FILE run every night, unless you back "
                + "the database and the pictures up in another way");
        var days = (int)(clock.GetUtcNow() - last).TotalDays;
        return days > BackUpWithinDays
            ? new(FindingGrade.Warning, "backup", $"the last one was made {days} days ago: have backup FILE run every night")
            : new(FindingGrade.Ok, "backup", $"the last one was made on {last:yyyy-MM-dd} at {last:HH:mm} UTC");
    }

    private static Finding Relay(RelayProbe relay)
    {
        if (relay.Fault is not null)
            return new(FindingGrade.Failed, "relay", $"{relay.Name}: {relay.Fault}; check Mail:Relays");
        if (relay.Name.StartsWith("pickup:", StringComparison.Ordinal))
            return new(FindingGrade.Warning, "relay",
                $"{relay.Name}: email is only written to this folder: set Mail:Relays:0:Url to send it");
        return relay.InClear
            ? new(FindingGrade.Warning, "relay",
                $"{relay.Name}: accepts email, but {relay.Says}, so anyone on the way can read it: turn on STARTTLS at the relay")
            : new(FindingGrade.Ok, "relay", $"{relay.Name}: accepts a sender and a recipient; {relay.Says}");
    }

    // The envelope sender that messages use, but without a token.
    private string EnvelopeSender(IReadOnlyList<(string Slug, string From)> senders) =>
        MimeKit.MailboxAddress.Parse(mail.Value.BounceAddress is { Length: > 0 } bounces ? bounces : senders[0].From)
            .GetAddress(idnEncode: true);

    private async Task<Finding> ClockAndDatabaseAsync(CancellationToken cancel)
    {
        try
        {
            await using var db = databases.CreateDbContext();
            var origin = new DatabaseOrigin(choice);
            if (origin.Fault(db) is { } fault)
                return new(FindingGrade.Failed, "database", $"{choice} {fault}");
            var pending = (await db.Database.GetPendingMigrationsAsync(cancel)).Count();
            if (pending > 0)
                return new(FindingGrade.Warning, "database", $"{choice}: {pending} migrations will run at the next start");
            if (origin.WriteFault(db) is { } unwritable)
                return new(FindingGrade.Failed, "database", $"{choice} {unwritable}");
            var readers = await db.Subscribers.CountAsync(cancel);
            var drift = (await leases.AheadAsync(db, cancel)).Duration();
            return drift > DatabaseClock.MostApart
                ? new(FindingGrade.Failed, "clock",
                    $"this machine's clock and the database's differ by {drift.TotalSeconds:0} s: synchronize both with NTP")
                : new(FindingGrade.Ok, "database", $"{choice}: {Counted.Of(readers, "reader")}, clock agrees");
        }
        catch (Exception failure) when (TransientErrors.Is(failure))
        {
            return new(FindingGrade.Failed, "database", $"{choice}: {failure.GetBaseException().Message}; check {DatabaseChoice.Key}");
        }
    }

    // The newsletters as edited on the desk or, before the first start, as configured.
    private async Task<IReadOnlyList<(string Slug, string From)>> SendersAsync(CancellationToken cancel)
    {
        await using var db = databases.CreateDbContext();
        var newsletters = await db.Newsletters.AsNoTracking().OrderBy(newsletter => newsletter.Id)
            .Select(newsletter => new { newsletter.Slug, newsletter.From }).ToListAsync(cancel);
        return newsletters.Count == 0 ? ConfiguredSenders() : [.. newsletters.Select(newsletter => (newsletter.Slug, newsletter.From))];
    }

    private IReadOnlyList<(string Slug, string From)> ConfiguredSenders() =>
        [.. configured.Value.Select(newsletter => (newsletter.Slug, newsletter.From))];

    private static string DomainOf(string from)
    {
        var domain = MimeKit.MailboxAddress.Parse(from).Domain;
        return HostNames.Read(domain, out var ascii, out _) is null ? ascii : domain.ToLowerInvariant();
    }

    private async IAsyncEnumerable<Finding> SlotsAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        await using var db = databases.CreateDbContext();
        foreach (var newsletter in await db.Newsletters.AsNoTracking().ToListAsync(cancel))
            yield return Slots(newsletter);
    }

    private Finding Slots(Newsletter newsletter)
    {
        try
        {
            var rule = SlotRule.Parse(newsletter.Schedule, newsletter.TimeZone);
            return rule.NextFree(clock.GetUtcNow()) is { } at
                ? new(FindingGrade.Ok, "slots", string.Create(CultureInfo.InvariantCulture,
                    $"{newsletter.Slug}: next {TimeZoneInfo.ConvertTime(at, rule.Zone):yyyy-MM-dd HH:mm} {newsletter.TimeZone}"))
                : new(FindingGrade.Failed, "slots",
                    $"{newsletter.Slug}: its schedule {newsletter.Schedule} never fires: change it on the desk");
        }
        catch (Exception fault) when (SlotRule.IsUnknown(fault))
        {
            return new(FindingGrade.Failed, "slots",
                $"{newsletter.Slug}: {fault.Message} Update this system's time zones (tzdata), or change the zone on the desk");
        }
    }
}
