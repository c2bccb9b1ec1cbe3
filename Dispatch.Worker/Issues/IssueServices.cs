using Dispatch.Templates;
using Dispatch.Worker.Issues.Archive;
using Dispatch.Worker.Issues.Brands;
using Dispatch.Worker.Issues.Content;
using Dispatch.Worker.Issues.Files;
using Dispatch.Worker.Issues.Photos;
using Dispatch.Worker.Settings;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Dispatch.Worker.Issues;

internal static class IssueServices
{
    public static IServiceCollection AddDispatchIssues(this IServiceCollection services)
    {
        services.TryAddSingleton(provider => MailRenderer.For(provider.GetRequiredService<DataFolder>().PathTo("templates")));
        services.AddSingleton<IValidateOptions<SiteSettings>, CheckTemplates>();
        services.AddSingleton(provider =>
            new MediaFolder(provider.GetRequiredService<DataFolder>().PathTo("media"), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<PhotoStudio>().AddSingleton<PictureAccess>().AddSingleton<IssueAddresses>();
        services.AddScoped<SavedIssues>().AddScoped<PublishedIssues>().AddScoped<Corrections>()
            .AddScoped<OldAddresses>().AddScoped<ArchiveSearch>();
        services.AddScoped<IssueDesk>().AddScoped<IssuePhotos>().AddScoped<PictureRemoval>().AddScoped<OlderPictures>().AddScoped<Logos>();
        services.AddScoped<IssueRenderer>().AddScoped<IssuePress>().AddScoped<IssuePreview>();
        services.AddScoped<IssueIntake>().AddScoped<IssueFiling>();
        return services;
    }

    // Faults in an operator's templates are reported at startup, not when an issue is due.
    private sealed class CheckTemplates(MailRenderer renderer) : IValidateOptions<SiteSettings>
    {
        public ValidateOptionsResult Validate(string? name, SiteSettings options)
        {
            var faults = renderer.Validate().Select(fault => $"{DataFolder.Key}: templates/{fault.Message}").ToList();
            return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
        }
    }
}
