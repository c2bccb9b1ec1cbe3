using Dispatch.Templates;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Dispatch.Worker.Issues;

internal static class IssueServices
{
    public static IServiceCollection AddDispatchIssues(this IServiceCollection services)
    {
        services.TryAddSingleton(_ => new MailRenderer());
        services.AddScoped<IssueDesk>().AddScoped<IssueRenderer>().AddScoped<IssuePreview>();
        return services;
    }
}
