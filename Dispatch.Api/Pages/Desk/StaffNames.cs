using System.Globalization;
using Dispatch.Worker.Staff;

namespace Dispatch.Api.Pages.Desk;

/// <summary>Who <c>staff:3</c> is, for colleagues: the records keep ids alone.</summary>
public sealed class StaffNames(Accounts accounts)
{
    private const string Prefix = "staff:";

    public async Task<IReadOnlyDictionary<string, string>> OfAsync(IEnumerable<string> actors, CancellationToken cancel)
    {
        var ids = actors.Distinct().Where(actor => actor.StartsWith(Prefix, StringComparison.Ordinal))
            .Select(actor => int.Parse(actor[Prefix.Length..], CultureInfo.InvariantCulture)).ToList();
        var names = await accounts.NamesAsync(ids, cancel);
        return names.ToDictionary(name => $"{Prefix}{name.Key}", name => name.Value ?? $"{Prefix}{name.Key}");
    }
}
