namespace Dispatch.Tests.Architecture;

/// <summary>Reads Dispatch's own source, for tests of rules that no compiler checks.</summary>
internal static class SourceFiles
{
    /// <summary>The folder that contains <c>Dispatch.sln</c>.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>Returns the C# files of a project, except generated ones.</summary>
    public static IEnumerable<string> Of(string project) =>
        Directory.EnumerateFiles(Path.Combine(Root, project), "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains("/obj/", StringComparison.Ordinal) && !file.Contains("/bin/", StringComparison.Ordinal)
                && !file.Contains("/Migrations/", StringComparison.Ordinal)
                && !file.Contains("/Compiled/", StringComparison.Ordinal));

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Dispatch.sln")))
            folder = folder.Parent ?? throw new InvalidOperationException("expected Dispatch.sln above the tests");
        return folder.FullName;
    }
}
