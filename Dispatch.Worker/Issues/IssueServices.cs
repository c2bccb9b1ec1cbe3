using Dispatch.Templates;
using Dispatch.Worker.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Dispatch.Worker.Issues;

internal static class IssueServices
{
    public static IServiceCollection AddDispatchIssues(this IServiceCollection services)
    {
        services.TryAddSingleton(_ => new MailRenderer());
        services.AddSingleton(provider => new MediaFolder(provider.GetRequiredService<DataFolder>().PathTo("media"))).AddSingleton<PhotoStudio>();
        services.AddScoped<IssueDesk>().AddScoped<IssuePhotos>().AddScoped<IssueRenderer>().AddScoped<IssuePreview>().AddScoped<IssueIntake>();
        return services;
    }
}
