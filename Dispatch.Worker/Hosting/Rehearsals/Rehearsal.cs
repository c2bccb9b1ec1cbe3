using System.Diagnostics;
using System.Text.Json.Serialization;
using Dispatch.Worker.Addresses;
using Dispatch.Worker.Audit;
using Dispatch.Worker.Database.Start;
using Dispatch.Worker.Database;
using Dispatch.Worker.Deliveries.Ledger;
using Dispatch.Worker.Deliveries.Messages;
using Dispatch.Worker.Deliveries.Reports;
using Dispatch.Worker.Deliveries.Sending;
using Dispatch.Worker.Issues;
using Dispatch.Worker.Issues.Files;
using Dispatch.Worker.Mailing;
using Dispatch.Worker.Newsletters;
using Dispatch.Worker.Privacy;
using Dispatch.Worker.Settings;
using Dispatch.Worker.Subscribers;
using Dispatch.Worker.Transfer;
using Hangfire;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Dispatch.Worker.Hosting.Rehearsals;

/// <summary>
/// The measurements of a rehearsal, from the moment the issue is due until the ledger records it as sent. Creating the recipients is not
/// included.
/// </summary>
/// <param name="Recipients">The number of recipients.</param>
/// <param name="Accepted">The number of messages that the relay accepted.</param>
/// <param name="Seconds">The time from due to sent: audience, rendering, signing, sending, ledger.</param>
/// <param name="MessagesPerSecond">The messages accepted per second.</param>
/// <param name="CpuSecondsPer1000">This process's processor time in those seconds, per 1,000 messages.</param>
/// <param name="PeakRssMib">The peak resident memory of this process, in MiB.</param>
/// <param name="MessageBytes">The size of one message, header and body.</param>
public sealed record RehearsalResult(int Recipients, int Accepted, double Seconds, double MessagesPerSecond,
    [property: JsonPropertyName("cpu_seconds_per_1000")] double CpuSecondsPer1000, double PeakRssMib, int MessageBytes);

/// <summary>
/// Sends a whole issue through the real pipeline (the same host, jobs, ledger and threads) in a temporary folder and database. Ops use it
/// to test their relay, and for measurements.
/// </summary>
internal sealed class Rehearsal(
    int recipients, string relay, int connections, string? issueFile, string? dkimKey, string? database, string[] settings)
{
    private const int Group = 2_000;

    public async Task<RehearsalResult> RunAsync(Action<string, int, int> progress, CancellationToken cancel)
    {
        var file = await ReadAsync(cancel);
        var folder = Directory.CreateTempSubdirectory("dispatch-rehearsal-").FullName;
        await using var own = database is null ? null : await OwnDatabase.CreateAsync(database, cancel);
        try
        {
            using var host = BuildHost(folder, own?.ConnectionString);
            host.Services.GetRequiredService<IStartupValidator>().Validate();
            await host.Services.GetRequiredService<DatabaseStart>().PrepareAsync(cancel);
            var newsletter = await FillAsync(host.Services, progress, cancel);
            var issue = await WriteAsync(host.Services, file, newsletter, cancel);
            await host.StartAsync(cancel);
            // Ctrl-C stops the host, which cancels this token too.
            using var stopped = CancellationTokenSource.CreateLinkedTokenSource(cancel,
                host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping);
            try
            {
                return await SendAsync(host.Services, issue, progress, stopped.Token);
            }
            finally
            {
                await host.StopAsync(CancellationToken.None); // else Hangfire's servers complain of a storage that is gone
            }
        }
        catch (OperationCanceledException)
        {
            throw new StartException("The rehearsal was stopped early.");
        }
        finally
        {
            Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>
    /// Fills the configured database with recipients and writes the issue, for a load test in which the site sends it. Sends nothing
    /// itself.
    /// </summary>
    /// <returns>The issue's id.</returns>
    /// <exception cref="StartException">The database has readers already.</exception>
    public async Task<int> PrepareAsync(Action<string, int, int> progress, CancellationToken cancel)
    {
        var file = await ReadAsync(cancel);
        var builder = Host.CreateApplicationBuilder(CommandLine.ForHost(settings));
        builder.Logging.SetMinimumLevel(LogLevel.Warning).AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.Services.AddDispatch();
        using var host = builder.Build();
        host.Services.GetRequiredService<IStartupValidator>().Validate();
        await host.Services.GetRequiredService<DatabaseStart>().PrepareAsync(cancel);
        await using (var db = host.Services.GetRequiredService<IDbContextFactory<DispatchDb>>().CreateDbContext())
            if (await db.Subscribers.AnyAsync(cancel))
                throw new StartException("--prepare-only: this database has readers. Name an empty one: a new folder in "
                    + $"{DataFolder.Key}, or a new database in {DatabaseChoice.Key}.");
        var newsletter = await FillAsync(host.Services, progress, cancel);
        return await WriteAsync(host.Services, file, newsletter, cancel);
    }

    private IHost BuildHost(string folder, string? connectionString)
    {
        var builder = Host.CreateApplicationBuilder(CommandLine.ForHost(
        [
            .. settings, $"--{DataFolder.Key}={folder}", $"--{DatabaseChoice.Key}={connectionString}",
                $"--Mail:Relays:0:Url={relay}", $"--Mail:Relays:0:Connections={connections}",
            "--Mail:BounceAddress=bounces@sender.example", "--Newsletters:0:Slug=rehearsal", "--Newsletters:0:Name=Rehearsal",
            "--Newsletters:0:From=Rehearsal <news@sender.example>",
            "--Newsletters:0:Schedule=0 0 1 1 *", "--Delivery:UndoFor=00:00:00", "--Providers:LookUpMx=false",
            .. dkimKey is null ? Array.Empty<string>()
                : [$"--Mail:Dkim:0:Domain=sender.example", "--Mail:Dkim:0:Selector=rehearsal", $"--Mail:Dkim:0:KeyFile={dkimKey}"],
        ]));
        builder.Logging.SetMinimumLevel(LogLevel.Warning).AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.Services.AddDispatch().AddDispatchWorker();
        return builder.Build();
    }

    private async Task<Newsletter> FillAsync(IServiceProvider services, Action<string, int, int> progress, CancellationToken cancel)
    {
        var databases = services.GetRequiredService<IDbContextFactory<DispatchDb>>();
        var (ring, now) = (services.GetRequiredService<KeyRing>(), services.GetRequiredService<TimeProvider>().GetUtcNow());
        await using var db = databases.CreateDbContext();
        var newsletter = await db.Newsletters.AsNoTracking().SingleAsync(cancel);
        for (var from = 0; from < recipients; from += Group)
        {
            var readers = Enumerable.Range(from, Math.Min(Group, recipients - from))
                .Select(number => Subscriber.New(EmailAddress.Stored($"reader{number}@example.test"), ring, now)).ToList();
            await using var transaction = await db.Database.BeginTransactionAsync(cancel);
            using (var bulk = BulkReaders.Within(db))
                await bulk.InsertAsync(readers, [.. readers.Select(reader => (reader, Confirmed(reader)))], cancel);
            await transaction.CommitAsync(cancel);
            progress("recipients", Math.Min(from + Group, recipients), recipients);
        }
        await db.GatherStatisticsAsync(cancel, "Subscribers", "Subscriptions");
        return newsletter;

        Subscription Confirmed(Subscriber reader) => new()
        {
            NewsletterId = newsletter.Id,
            State = SubscriptionState.Confirmed,
            Source = "rehearsal",
            CreatedAt = reader.CreatedAt,
            ConfirmedAt = now,
        };
    }

    // Null is the rehearsal's own issue. The file's slot is that of the real issue.
    private async Task<IssueFile?> ReadAsync(CancellationToken cancel) => issueFile is null ? null
        : await IssueFile.ReadAsync(issueFile, cancel) switch
        {
            IssueFileReading.Read read => read.File with { Slot = null },
            IssueFileReading.Refused refused => throw Refused(refused.Faults),
            var other => throw new InvalidOperationException($"expected Read or Refused, got {other}"),
        };

    private static async Task<int> WriteAsync(IServiceProvider services, IssueFile? file, Newsletter newsletter, CancellationToken cancel)
    {
        await using var scope = services.CreateAsyncScope();
        if (file is null)
            return await scope.ServiceProvider.GetRequiredService<IssueDesk>()
                .CreateAsync(newsletter.Slug, RehearsalIssue.Text, Actor.CommandLine, cancel) is IssueOutcome.Done done
                ? done.Issue.Id
                : throw new InvalidOperationException("the rehearsal's own issue was refused");
        return await scope.ServiceProvider.GetRequiredService<IssueFiling>()
            .FileAsync(file, new(newsletter.Slug, null, SendNow: false), Actor.CommandLine, cancel) switch
        {
            FilingOutcome.Filed filed => filed.Issue.Id,
            FilingOutcome.Refused refused => throw Refused(refused.Faults),
            var other => throw new InvalidOperationException($"expected Filed or Refused, got {other}"),
        };
    }

    private static StartException Refused(IEnumerable<IssueFileFault> faults) => new(string.Join(Environment.NewLine, faults));

    private async Task<RehearsalResult> SendAsync(
        IServiceProvider services, int issueId, Action<string, int, int> progress, CancellationToken cancel)
    {
        var databases = services.GetRequiredService<IDbContextFactory<DispatchDb>>();
        using var process = Process.GetCurrentProcess();
        var (cpu, began) = (process.TotalProcessorTime, Stopwatch.GetTimestamp());
        await DueNowAsync(services, issueId, cancel);
        services.GetRequiredService<IBackgroundJobClient>().Enqueue<FanOutJob>(job => job.RunAsync(issueId, CancellationToken.None));
        (IssueState State, string? Why) now;
        while ((now = await StateAsync(databases, issueId, cancel)).State is IssueState.Scheduled or IssueState.Sending)
        {
            await Task.Delay(100, cancel);
            if (!Console.IsErrorRedirected)
                progress("emails", (await ProgressAsync(services, issueId, cancel)).Accepted, recipients);
        }
        var seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        if (now.State is not IssueState.Sent)
            throw new StartException($"The issue was not sent. {now.Why ?? "The relay or a provider refuses it."}");
        process.Refresh();
        var used = process.TotalProcessorTime - cpu;
        var sums = await ProgressAsync(services, issueId, cancel);
        var mail = new WireMail();
        (await services.GetRequiredService<IssueMessages>().GetAsync(issueId))
            .Compose(new Recipient(1, EmailAddress.Stored("reader1@example.test"), null, null), mail,
                services.GetRequiredService<TimeProvider>().GetUtcNow());
        return new RehearsalResult(
            recipients, sums.Accepted, Math.Round(seconds, 3), Math.Round(sums.Accepted / seconds, 1),
            Math.Round(used.TotalSeconds * 1000 / Math.Max(1, sums.Accepted), 4),
            Math.Round(process.PeakWorkingSet64 / 1048576.0, 1), mail.Length + mail.Header.WrittenCount);
    }

    private static async Task DueNowAsync(IServiceProvider services, int issueId, CancellationToken cancel)
    {
        await using var scope = services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<DispatchDb>();
        (await db.Issues.SingleAsync(issue => issue.Id == issueId, cancel))
            .ScheduleFor(services.GetRequiredService<TimeProvider>().GetUtcNow());
        await db.SaveChangesAsync(cancel);
    }

    private static async Task<(IssueState State, string? Why)> StateAsync(
        IDbContextFactory<DispatchDb> databases, int issueId, CancellationToken cancel)
    {
        await using var db = databases.CreateDbContext();
        var issue = await db.Issues.AsNoTracking().SingleAsync(issue => issue.Id == issueId, cancel);
        return (issue.State, issue.LastError);
    }

    private static async Task<IssueProgress> ProgressAsync(IServiceProvider services, int issueId, CancellationToken cancel)
    {
        await using var scope = services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<DeliveryLedger>().ProgressAsync(issueId, cancel);
    }

    /// <summary>A database on an existing PostgreSQL server, for a single rehearsal.</summary>
    private sealed class OwnDatabase(string server, string name) : IAsyncDisposable
    {
        public string ConnectionString { get; } = new NpgsqlConnectionStringBuilder(server) { Database = name }.ConnectionString;

        public static async Task<OwnDatabase> CreateAsync(string given, CancellationToken cancel)
        {
            var own = new OwnDatabase(Read(given), $"dispatch_rehearsal_{Guid.NewGuid():N}");
            try
            {
                await own.RunAsync("CREATE DATABASE", "", cancel);
            }
            catch (Exception fault) when (fault is NpgsqlException or System.Net.Sockets.SocketException)
            {
                throw new StartException($"--database: can't create a database there: {fault.GetBaseException().Message}", fault);
            }
            return own;
        }

        public async ValueTask DisposeAsync()
        {
            NpgsqlConnection.ClearAllPools();
            await RunAsync("DROP DATABASE IF EXISTS", "WITH (FORCE)", CancellationToken.None);
        }

        private async Task RunAsync(string verb, string options, CancellationToken cancel)
        {
            await using var connection = new NpgsqlConnection(
                new NpgsqlConnectionStringBuilder(server) { Pooling = false }.ConnectionString);
            await connection.OpenAsync(cancel);
            await using var command = new NpgsqlCommand($"{verb} {name} {options}", connection);
            await command.ExecuteNonQueryAsync(cancel);
        }

        private static string Read(string given)
        {
            try
            {
                if (!Uri.TryCreate(given, UriKind.Absolute, out var url) || url.Scheme is not ("postgres" or "postgresql"))
                    return new NpgsqlConnectionStringBuilder(given).ConnectionString;
                var login = url.UserInfo.Split(':', 2);
                return new NpgsqlConnectionStringBuilder
                {
                    Host = url.Host,
                    Port = url.Port > 0 ? url.Port : 5432,
                    Username = Uri.UnescapeDataString(login[0]),
                    Password = login.Length > 1 ? Uri.UnescapeDataString(login[1]) : null,
                    Database = url.AbsolutePath.Trim('/') is { Length: > 0 } name ? name : "postgres",
                }.ConnectionString;
            }
            catch (ArgumentException)
            {
                // The error does not quote the text, which may contain a password.
                throw new StartException(
                    "--database is neither an address nor a connection string: expected e.g. postgres://user:password@localhost/postgres");
            }
        }
    }
}
