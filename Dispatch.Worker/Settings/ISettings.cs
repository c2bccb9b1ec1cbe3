using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Dispatch.Worker.Settings;

/// <summary>
/// A section of the configuration that can check itself. Each fault names the key, says what is wrong with its value and gives an example.
/// </summary>
public interface ISettings
{
    static abstract string Section { get; }

    IEnumerable<string> Faults();
}

/// <summary>A setting or condition with which Dispatch can't start. The message is shown to the operator as a single line.</summary>
public sealed class StartException(string message, Exception? inner = null) : Exception(message, inner);

internal static class SettingsServices
{
    /// <summary>
    /// Binds a section, and checks it before the host starts. Unknown keys are refused, because a misspelt key would otherwise be ignored.
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
