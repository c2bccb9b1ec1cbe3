using Dispatch.Api.Pages.Desk.Board;
using Dispatch.Api.Pages.Desk.Issues.Editing;
using Dispatch.Api.Pages.Desk.Issues;

namespace Dispatch.Api.Pages.Desk;

internal static class DeskServices
{
    /// <summary>Registers the services that gather the desk's data and process its forms.</summary>
    public static IServiceCollection AddDispatchDeskPages(this IServiceCollection services) =>
        services.AddScoped<DeskBoards>().AddScoped<IssueSheets>().AddScoped<IssueEditing>().AddScoped<StaffNames>()
            .AddScoped<CheckedUpload>();
}
