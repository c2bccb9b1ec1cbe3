using Dispatch.Worker.Audit;
using Dispatch.Worker.Database;
using Dispatch.Worker.Staff;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Api.Pages.Desk;

/// <summary>Who <c>staff:3</c> is, for colleagues: the records keep ids alone.</summary>
public sealed class StaffNames(DispatchDb db)
{
    public async Task<IReadOnlyDictionary<string, string>> OfAsync(IEnumerable<string> actors, CancellationToken cancel)
    {
        var ids = actors.Select(AuditTarget.StaffIdIn).OfType<int>().Distinct().ToList();
        return await db.Users.Where(member => ids.Contains(member.Id))
            .ToDictionaryAsync(member => AuditTarget.Staff(member.Id).Name, member => member.UserName ?? AuditTarget.Staff(member.Id).Name, cancel);
    }
}
