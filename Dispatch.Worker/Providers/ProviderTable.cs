using Microsoft.Extensions.Options;

namespace Dispatch.Worker.Providers;

/// <summary>
/// The known mail providers: the built-in ones and those of an operator's file. A domain belongs to a provider by its name or by its mail
/// exchangers (<see cref="ExchangerCache"/>).
/// </summary>
public sealed class ProviderTable
{
    private readonly HostMasks<MailProvider> domains;
    private readonly HostMasks<MailProvider> exchangers;
    private readonly ExchangerCache? cache;
    private readonly MailProvider? everybody;

    public ProviderTable(IOptions<ProviderSettings> settings, ExchangerCache cache)
    {
        var file = new ProviderFile();
        file.Add(BuiltIn(), "providers.conf");
        if (settings.Value.File is { Length: > 0 } own)
            file.AddFrom(own);
        everybody = file.Sections.FirstOrDefault(section => section.Provider.Name == ProviderFile.Everybody)?.Provider;
        var sections = file.Sections.Where(section => section.Provider != everybody).ToList();
        if (everybody is not null)
            foreach (var section in sections)
                section.Provider = section.Provider with { Pauses = [.. section.Provider.Pauses, .. everybody.Pauses] };
        domains = new(sections.SelectMany(section => section.Domains.Select(name => (name, section.Provider))));
        exchangers = new(sections.SelectMany(section => section.Exchangers.Select(name => (name, section.Provider))));
        this.cache = settings.Value.LookUpMx ? cache : null;
        All = [.. sections.Select(section => section.Provider)];
    }

    /// <summary>All known providers.</summary>
    public IReadOnlyList<MailProvider> All { get; }

    /// <summary>
    /// Returns the known provider that serves a domain, or null. Never waits: a domain recognized by its mail exchangers has no provider
    /// until DNS has answered.
    /// </summary>
    /// <param name="domain">The domain, in lower case and ASCII.</param>
    public MailProvider? Find(string domain) =>
        domains.Find(domain) ?? (cache is null || domain.Length == 0 ? null : cache.Find(domain, exchangers.Find));

    /// <summary>Returns the limits and pauses for a provider, or for a domain without a known one. Null if there are none.</summary>
    public MailProvider? RulesOf(MailProvider? provider) => provider ?? everybody;

    /// <summary>Returns what tables call a domain's provider: its name, or <see cref="MailProvider.Other"/>.</summary>
    public string NameOf(string domain) => Find(domain)?.Name ?? MailProvider.Other;

    private static string[] BuiltIn()
    {
        using var stream = typeof(ProviderTable).Assembly.GetManifestResourceStream("providers.conf")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().Split('\n');
    }
}
