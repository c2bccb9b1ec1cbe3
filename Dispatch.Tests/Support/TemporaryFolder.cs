namespace Dispatch.Tests.Support;

/// <summary>A folder that is deleted after the test. It is in memory if the machine has more than 4 GiB to spare.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    private const string Memory = "/dev/shm";

    /// <summary>The parent of all temporary folders.</summary>
    public static string Home { get; } = Directory.Exists(Memory) && new DriveInfo(Memory).AvailableFreeSpace > 4L << 30
        ? Memory : System.IO.Path.GetTempPath();

    public string Path { get; } = Make().FullName;

    /// <summary>Returns the full path of a name in this folder.</summary>
    public string this[string name] => System.IO.Path.Combine(Path, name);

    // An app that has just ended may still be writing its last file.
    public void Dispose()
    {
        for (var tries = 10; ; tries--)
            try
            {
                Directory.Delete(Path, recursive: true);
                return;
            }
            catch (IOException) when (tries > 0)
            {
                Thread.Yield();
            }
    }

    private static DirectoryInfo Make() => OperatingSystem.IsWindows()
        ? Directory.CreateTempSubdirectory("dispatch-test-")
        : Directory.CreateDirectory(System.IO.Path.Combine(Home, $"dispatch-test-{Guid.NewGuid():N}"),
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
}
