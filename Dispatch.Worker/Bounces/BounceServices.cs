using Dispatch.Worker.Bounces.Consequences;
using Dispatch.Worker.Bounces.Letters;
using Dispatch.Worker.Bounces.Mailboxes;
using Dispatch.Worker.Bounces.SenderReports;
using Dispatch.Worker.Bounces.Verdicts;
using Dispatch.Worker.Settings;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Dispatch.Worker.Bounces;

internal static class BounceServices
{
    /// <summary>Adds what every process needs to judge and show returned messages.</summary>
    public static IServiceCollection AddDispatchBounces(this IServiceCollection services) => services
        .AddDispatchSettings<BounceSettings>()
        .AddSingleton(provider => provider.GetRequiredService<IOptions<BounceSettings>>().Value.RulesFile is { Length: > 0 } file
            ? TextRules.WithFile(file) : TextRules.BuiltIn)
        .AddSingleton<Judge>().AddSingleton<ReadingPace>().AddSingleton<MailboxReaders>()
        .AddScoped<Owners>().AddScoped<Recording>().AddScoped<Intake>().AddScoped<LetterIntake>().AddScoped<SenderReportIntake>()
        .AddScoped<RejectedDeliveries>().AddScoped<PurgeBounces>().AddScoped<Undoing>().AddScoped<BounceOverview>();
}
