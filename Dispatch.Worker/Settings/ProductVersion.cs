using System.Reflection;

namespace Dispatch.Worker.Settings;

/// <summary>The version of Dispatch, set in Directory.Build.props for all projects.</summary>
public static class ProductVersion
{
    /// <summary>The version as three numbers separated by dots, such as 0.9.0.</summary>
    public static string Text { get; } =
        typeof(ProductVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;
}
