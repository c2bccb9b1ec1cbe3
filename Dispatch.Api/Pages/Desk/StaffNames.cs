using System.Globalization;
using Dispatch.Worker.Database;
using Dispatch.Worker.Staff;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Api.Pages.Desk;

/// <summary>Who <c>staff:3</c> is, for colleagues: the records keep ids alone.</summary>
public sealed class StaffNames(DispatchDb db)
{
    private const string Prefix = "staff:";

    public async Task<IReadOnlyDictionary<string, string>> OfAsync(IEnumerable<string> actors, CancellationToken cancel)
    {
        var ids = actors.Distinct().Where(actor => actor.StartsWith(Prefix, StringComparison.Ordinal))
            .Select(actor => int.Parse(actor[Prefix.Length..], CultureInfo.InvariantCulture)).ToList();
        return await db.Users.Where(member => ids.Contains(member.Id)).ToDictionaryAsync(member => $"{Prefix}{member.Id}", member => member.UserName ?? $"{Prefix}{member.Id}", cancel);
    }
}
