using Dispatch.Worker.Audit;
using Dispatch.Worker.Staff;

namespace Dispatch.Api.Pages.Desk;

/// <summary>Looks up the names of people by ids such as <c>staff:3</c>, because records store only ids.</summary>
public sealed class StaffNames(Accounts accounts)
{
    public async Task<IReadOnlyDictionary<string, string>> OfAsync(IEnumerable<string> actors, CancellationToken cancel)
    {
        var ids = actors.Select(AuditTarget.StaffIdIn).OfType<int>().Distinct().ToList();
        var names = await accounts.NamesAsync(ids, cancel);
        return names.ToDictionary(name => AuditTarget.Staff(name.Key).Name, name => name.Value ?? AuditTarget.Staff(name.Key).Name);
    }
}
