namespace Dispatch.Tests.Support;

/// <summary>The folder of corpora and samples beside the repository.</summary>
/// <remarks>If it is missing, a test that needs it is skipped; in CI (CI=true) the test fails.</remarks>
internal static class Shared
{
    /// <summary>Returns the path of a folder or file in the shared folder, such as "corpora/addresses".</summary>
    public static string Folder(string name)
    {
        var path = PathOf(name);
        return Path.Exists(path) ? path : throw Requires.Missing(
            $"'{name}' in the folder 'shared' beside the repository (or where DISPATCH_SHARED points to)");
    }

    /// <summary>Returns the path of a folder or file in the shared folder, or null if it is missing.</summary>
    public static string? FolderIfAny(string name) => PathOf(name) is var path && Path.Exists(path) ? path : null;

    private static string PathOf(string name) => Path.GetFullPath(Path.Combine(
        Environment.GetEnvironmentVariable("DISPATCH_SHARED") is { Length: > 0 } given ? given : BesideTheSolution(), name));

    private static string BesideTheSolution()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Dispatch.sln")))
            folder = folder.Parent;
        return Path.Combine(folder?.Parent?.FullName ?? AppContext.BaseDirectory, "shared");
    }
}
