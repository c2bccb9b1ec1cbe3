using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Dispatch.Worker.Settings;

/// <summary>
/// Settings that can say what is wrong with them: each message names the key, what is wrong with the value, and an example.
/// </summary>
public interface ISettings
{
    static abstract string Section { get; }

    IEnumerable<string> Faults();
}

/// <summary>A setting or circumstance that makes starting pointless; its message is the one line that is shown.</summary>
public sealed class StartException(string message, Exception? inner = null) : Exception(message, inner);

internal static class SettingsServices
{
    /// <summary>
    /// Binds a section, refuses keys that nothing reads (a misspelt one would be silently ignored), and checks it before the host serves.
    /// </summary>
    public static IServiceCollection AddDispatchSettings<T>(this IServiceCollection services) where T : class, ISettings
    {
        services.AddOptions<T>().BindConfiguration(T.Section, binder => binder.ErrorOnUnknownConfiguration = true).ValidateOnStart();
        services.AddSingleton<IValidateOptions<T>, Check<T>>();
        return services;
    }

    private sealed class Check<T> : IValidateOptions<T> where T : class, ISettings
    {
        public ValidateOptionsResult Validate(string? name, T options)
        {
            var faults = options.Faults().ToArray();
            return faults.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
        }
    }
}
