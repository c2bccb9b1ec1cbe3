using Dispatch.Api.Pages.Desk.Issues;

namespace Dispatch.Api.Pages.Desk;

internal static class DeskServices
{
    /// <summary>What gathers the data for the desk's pages and processes their forms.</summary>
    public static IServiceCollection AddDispatchDeskPages(this IServiceCollection services) =>
        services.AddScoped<DeskBoards>().AddScoped<IssueSheets>().AddScoped<IssueEditing>().AddScoped<StaffNames>();
}
