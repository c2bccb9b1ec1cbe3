using Dispatch.Worker.Subscribers.Choices;
using Dispatch.Worker.Subscribers.Confirmations;
using Dispatch.Worker.Subscribers.Mails;
using Dispatch.Worker.Subscribers.Records;
using Dispatch.Worker.Subscribers.SignUp;
using Dispatch.Worker.Subscribers.SignUp.Writing;
using Dispatch.Worker.Suppressions;
using Microsoft.Extensions.DependencyInjection;

namespace Dispatch.Worker.Subscribers;

internal static class SubscriberServices
{
    public static IServiceCollection AddDispatchSubscribers(this IServiceCollection services)
    {
        services.AddScoped<SignUps>().AddScoped<Confirming>().AddScoped<Unsubscribing>().AddScoped<Preferences>();
        services.AddScoped<SignUpGate>().AddSingleton<SignUpLimits>().AddSingleton<MailsToAddress>()
            .AddSingleton<SignUpCounter>().AddSingleton<SignUpWriter>()
            .AddSingleton<FormTimestamps>().AddSingleton<SignUpChallenges>().AddSingleton<MailDomains>();
        services.AddScoped<HoneypotLink>().AddScoped<ConfirmationRenewal>().AddScoped<UnsubscribeUndo>().AddScoped<ConfirmationReminders>();
        services.AddScoped<OneTimeLinks>().AddScoped<ChangingPreferences>().AddScoped<ChangingAddress>().AddSingleton<LinkActs>()
            .AddScoped<ReaderRecords>().AddScoped<ReaderCounts>().AddScoped<ReaderStatistics>().AddScoped<ReaderLookup>();
        services.AddScoped<Erasing>().AddScoped<Suppressing>();
        services.AddScoped<SubscriberSweep>().AddScoped<PurgeExpired>();
        services.AddSingleton<SubscriberMailWriter>().AddSingleton<SubscriberLinks>();
        return services;
    }
}
