using System.Reflection;

namespace Dispatch.Worker.Settings;

/// <summary>Which Dispatch this is: the version that Directory.Build.props sets for all of it.</summary>
public static class ProductVersion
{
    /// <summary>Three numbers separated by dots, as in 0.9.0.</summary>
    public static string Text { get; } =
        typeof(ProductVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;
}
