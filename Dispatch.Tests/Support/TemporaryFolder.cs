namespace Dispatch.Tests.Support;

/// <summary>
/// A folder that is gone after the test. It lies in memory where the machine has room there: no test is about the disk but those with a
/// <see cref="Servers.SmallDisk"/>.
/// </summary>
internal sealed class TemporaryFolder : IDisposable
{
    private const string Memory = "/dev/shm";

    /// <summary>Where the test run's folders are made.</summary>
    public static string Home { get; } = Directory.Exists(Memory) && new DriveInfo(Memory).AvailableFreeSpace > 4L << 30
        ? Memory : System.IO.Path.GetTempPath();

    public string Path { get; } = Make().FullName;

    /// <summary>The full path of a file or folder in it; nothing is made there.</summary>
    public string this[string name] => System.IO.Path.Combine(Path, name);

    public void Dispose() => Directory.Delete(Path, recursive: true);

    private static DirectoryInfo Make() => OperatingSystem.IsWindows()
        ? Directory.CreateTempSubdirectory("dispatch-test-")
        : Directory.CreateDirectory(System.IO.Path.Combine(Home, $"dispatch-test-{Guid.NewGuid():N}"),
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
}
