using Dispatch.Worker.Mailing;
using Dispatch.Worker.Settings;
using Dispatch.Worker.Signing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Dispatch.Worker.Relays;

internal static class RelayServices
{
    /// <summary>Registers the relays and signatures of <see cref="MailSettings"/>, and a check of the key files at start.</summary>
    public static IServiceCollection AddDispatchRelays(this IServiceCollection services)
    {
        services.AddDispatchSettings<MailSettings>();
        services.AddSingleton<IValidateOptions<MailSettings>, CheckKeyFiles>();
        services.AddSingleton(provider =>
            new DkimSigners(provider.GetRequiredService<IOptions<MailSettings>>().Value.Dkim, provider.GetRequiredService<DataFolder>()));
        return services.AddSingleton<MailSigning>().AddSingleton<RelayPool>().AddSingleton<Outbox>();
    }

    private sealed class CheckKeyFiles(DataFolder data) : IValidateOptions<MailSettings>
    {
        public ValidateOptionsResult Validate(string? name, MailSettings options)
        {
            var faults = options.Dkim.SelectMany((signature, index) => Faults(signature, index)).ToList();
            faults.AddRange(options.Dkim.GroupBy(signature => (signature.Domain.ToLowerInvariant(), signature.Selector.ToLowerInvariant()))
                .Where(group => group.Count() > 1)
                .Select(group =>
                    $"Mail:Dkim: the Selector '{group.Key.Item2}' of {group.Key.Item1} is used twice: use a different one for each "
                        + $"key, e.g. {group.Key.Item2}2"));
            return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
        }

        private IEnumerable<string> Faults(DkimSettings signature, int index)
        {
            if (signature.Faults(index).Any())
                yield break; // the settings' own check reports this
            var path = data.PathTo(signature.KeyFile);
            var (key, fault) = DkimKey.Read(path);
            key?.Dispose();
            if (fault is not null)
                yield return $"Mail:Dkim:{index}:KeyFile {path} {fault}";
        }
    }
}
