using Microsoft.Extensions.Options;

namespace Dispatch.Worker.Providers;

/// <summary>
/// The mail providers that are known by name: the built-in ones, and those of an operator's file. A domain belongs to a provider by its
/// name, or by its mail exchangers (<see cref="ExchangerCache"/>).
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

    /// <summary>All providers that are known by name.</summary>
    public IReadOnlyList<MailProvider> All { get; }

    /// <summary>
    /// Returns the provider that serves a domain, or null if none is known by name. Never waits: a domain whose mail exchangers are not
    /// known yet has no provider until DNS has answered.
    /// </summary>
    /// <param name="domain">The domain, in lower case and ASCII.</param>
    public MailProvider? Find(string domain) =>
        domains.Find(domain) ?? (cache is null || domain.Length == 0 ? null : cache.Find(domain, exchangers.Find));

    /// <summary>Returns what holds for a provider, or for a domain without a known one. Null if nothing does.</summary>
    public MailProvider? RulesOf(MailProvider? provider) => provider ?? everybody;

    /// <summary>Returns the name for tables of the provider that serves a domain; <see cref="MailProvider.Other"/> without one.</summary>
    public string NameOf(string domain) => Find(domain)?.Name ?? MailProvider.Other;

    private static string[] BuiltIn()
    {
        using var stream = typeof(ProviderTable).Assembly.GetManifestResourceStream("providers.conf")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().Split('\n');
    }
}
