using Dispatch.Worker.Audit;
using Dispatch.Worker.Backup;
using Dispatch.Worker.Bounces;
using Dispatch.Worker.Bounces.Mailboxes;
using Dispatch.Worker.Database.Start;
using Dispatch.Worker.Database;
using Dispatch.Worker.Deliveries.Decisions;
using Dispatch.Worker.Deliveries.Ledger;
using Dispatch.Worker.Deliveries.Messages;
using Dispatch.Worker.Deliveries.Reports;
using Dispatch.Worker.Deliveries.Sending;
using Dispatch.Worker.Deliveries.Sending.ReaderMails;
using Dispatch.Worker.Dns;
using Dispatch.Worker.Idempotency;
using Dispatch.Worker.Issues;
using Dispatch.Worker.Issues.Files;
using Dispatch.Worker.Mailing;
using Dispatch.Worker.Newsletters;
using Dispatch.Worker.Privacy;
using Dispatch.Worker.Providers;
using Dispatch.Worker.Relays;
using Dispatch.Worker.Scheduling;
using Dispatch.Worker.Settings;
using Dispatch.Worker.Staff;
using Dispatch.Worker.Subscribers;
using Dispatch.Worker.Subscribers.Mails;
using Dispatch.Worker.Subscribers.Records;
using Dispatch.Worker.Subscribers.SignUp;
using Dispatch.Worker.Transfer;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Dispatch.Worker.Hosting;

/// <summary>Registers the services that every process and verb needs, and those that only a worker needs.</summary>
public static class WorkerServices
{
    /// <summary>Adds the services that a worker, an Api and their verbs share: settings, database, rules, mail.</summary>
    public static IServiceCollection AddDispatch(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<DataFolder>();
        services.AddDispatchSettings<SiteSettings>().AddDispatchSettings<WorkerSettings>();
        services.AddDispatchSettings<DeliverySettings>();
        services.AddSingleton(ReturnMailboxes)
            .AddSingleton<TokenAddresses>();
        services.AddDispatchSettings<ScheduleSettings>().AddDispatchSettings<SubscriptionSettings>().AddDispatchSettings<DnsSettings>();
        services.AddDispatchNewsletterSettings();
        services.AddDispatchRelays();
        services.AddDispatchProviders();
        services.AddDispatchPrivacy();
        services.AddDispatchIssues();
        services.AddDispatchDatabase();
        services.AddSingleton(_ => new CommittedWrites(PublicMarks.Tables)).AddSingleton<PublicMarks>();
        services.AddSingleton<IDatabaseSeed, NewsletterSeed>().AddSingleton<IDatabaseSeed, RoleSeed>()
            .AddSingleton<IDatabaseSeed, KeyRingCheck>().AddSingleton<Func<KeyRing>>(provider => provider.GetRequiredService<KeyRing>);
        services.AddScoped<BackupWriter>().AddScoped<BackupReader>();
        services.AddSingleton<IAfterRestore, RestoredIssues>().AddSingleton<IAfterRestore, RestoredSessions>();
        services.AddDispatchJobs();
        services.AddSingleton<RetryPolicy>();
        services.AddScoped<AuditTrail>().AddScoped<NewsletterDirectory>().AddSingleton<RecentNewsletters>();
        services.AddScoped<Slots>().AddScoped<IssueList>().AddScoped<NewsletterDesk>();
        services.AddScoped<IssueTick>();
        services.AddDispatchSubscribers();
        services.AddSingleton<Doctor>().AddSingleton<SenderDoctor>().AddSingleton<MailDns>();
        services.AddSingleton<LedgerWriter>().AddSingleton<SendingThreads>().AddSingleton<DomainThrottle>()
            .AddSingleton<OverallRateLimiter>().AddSingleton<ProviderAnswers>().AddSingleton<ProviderHolds>()
            .AddSingleton<IssueMessages>();
        services.AddScoped<DeliveryOverview>().AddScoped<DeliveryList>()
            .AddScoped<PlaceIssue>(provider => provider.GetRequiredService<SendingDesk>().PlaceAsync);
        services.AddSingleton(provider => new UndoTime(provider.GetRequiredService<IOptions<DeliverySettings>>().Value.UndoFor));
        services.AddSingleton<ProgressCache>().AddSingleton<LiveRuns>().AddSingleton<SharedReports>().AddSingleton<RecentRates>();
        services.AddScoped<IssueEnd>();
        services.AddSingleton(ReaderMailPatience.Usual).AddSingleton<ReaderMailClaims>().AddSingleton<ReaderMailWake>()
            .AddSingleton<ReaderMailProgress>()
            .AddSingleton<WakeReaderMailing>(provider => provider.GetRequiredService<ReaderMailWake>().WakeAsync);
        services.AddScoped<WarmUp>().AddScoped<DeliveryLedger>().AddScoped<Audience>().AddScoped<CancelledDeliveries>()
            .AddScoped<SendingDesk>().AddScoped<ChunkJobs>().AddScoped<SlotJobs>().AddScoped<TestMail>().AddScoped<Sweep>();
        services.AddScoped<UncertainDeliveries>().AddScoped<RefusedDeliveries>().AddScoped<ProgressReports>().AddScoped<SpecimenMail>();
        services.AddSingleton<IReaderTraces, LedgerTraces>();
        services.AddSingleton<KeyedRequests>();
        services.AddDispatchBounces();
        services.AddDispatchTransfer();
        return services;
    }

    /// <summary>Makes this process a worker: adds the job servers and the recurring jobs.</summary>
    /// <param name="services">The service collection.</param>
    /// <param name="after">How long the work waits once the process has started. A process that also serves the site lets the first page
    /// go first.</param>
    public static IServiceCollection AddDispatchWorker(this IServiceCollection services, TimeSpan after = default) =>
        services.AddDispatchJobServer(after).AddHostedService(provider => provider.GetRequiredService<MailboxReaders>());

    // Without a mailbox of its own, unsubscribing by mail goes to the bounce address, if Dispatch reads that.
    private static ReturnMailboxes ReturnMailboxes(IServiceProvider provider)
    {
        var mailboxes = provider.GetRequiredService<IOptions<MailSettings>>().Value.ReturnMailboxes;
        return mailboxes.Unsubscribe.Length == 0 && provider.GetRequiredService<IOptions<BounceSettings>>().Value.Mailboxes.Count > 0
            ? mailboxes with { Unsubscribe = mailboxes.Bounces } : mailboxes;
    }

    private static void AddDispatchPrivacy(this IServiceCollection services)
    {
        services.AddDispatchSettings<PrivacySettings>();
        services.AddSingleton<KeyRingMarks>();
        services.AddSingleton(provider =>
        {
            var path = provider.GetRequiredService<IOptions<PrivacySettings>>().Value.PathUnder(provider.GetRequiredService<DataFolder>()
                .Create());
            // Looks again after the marks: another process that starts at the same time creates the file, and then the first mark.
            if (!File.Exists(path) && provider.GetRequiredService<KeyRingMarks>().Any() && !File.Exists(path))
                throw new StartException($"{PrivacySettings.KeyFileKey}: the key file {path} is missing, and this database's readers are "
                    + "encrypted with it. Restore it from its backup; no new one is created.");
            return KeyRing.LoadOrCreate(path, provider.GetRequiredService<TimeProvider>());
        });
        services.AddSingleton<LinkTokens>().AddSingleton<ConfirmationTokens>();
    }

    private static void AddDispatchNewsletterSettings(this IServiceCollection services)
    {
        services.AddOptions<List<NewsletterSettings>>().Configure<IConfiguration>((all, configuration) =>
        {
            all.AddRange(configuration.GetSection(NewsletterSettings.Section)
                .Get<List<NewsletterSettings>>(binder => binder.ErrorOnUnknownConfiguration = true)
                ?? [new NewsletterSettings()]);
        }).ValidateOnStart();
        services.AddSingleton<IValidateOptions<List<NewsletterSettings>>, CheckNewsletters>();
        services.AddSingleton(provider =>
            new DefaultSender(provider.GetRequiredService<IOptions<List<NewsletterSettings>>>().Value.FirstOrDefault()?.From));
    }

    private sealed class CheckNewsletters : IValidateOptions<List<NewsletterSettings>>
    {
        public ValidateOptionsResult Validate(string? name, List<NewsletterSettings> options)
        {
            var faults = options.SelectMany((newsletter, index) => newsletter.Faults(index)).ToList();
            faults.AddRange(options.GroupBy(newsletter => newsletter.Slug).Where(group => group.Count() > 1)
                .Select(group => $"{NewsletterSettings.Section}: the Slug '{group.Key}' is used twice: give each newsletter its own"));
            return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
        }
    }
}
