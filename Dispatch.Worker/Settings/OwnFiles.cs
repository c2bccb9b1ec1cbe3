using System.Runtime.InteropServices;

namespace Dispatch.Worker.Settings;

/// <summary>
/// Files and folders that this account alone may read: whatever is made from the start on, and what stood open before.
/// </summary>
internal static class OwnFiles
{
    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>For a program's first lines: files that it makes are 0600 and folders 0700, whoever makes them, SQLite's too.</summary>
    public static void FromNowOn()
    {
        if (!OperatingSystem.IsWindows())
            _ = SetMask(0b000_111_111); // octal 077
    }

    /// <summary>Whether other accounts may read, write or enter it; false where that can't be told.</summary>
    public static bool IsOpenToOthers(string path)
    {
        try
        {
            return !OperatingSystem.IsWindows() && Path.Exists(path) && (File.GetUnixFileMode(path) & ~Owner) != 0;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Takes others' rights away. What belongs to another account stays as it is, and doctor tells.</summary>
    public static void Close(string path)
    {
        if (!IsOpenToOthers(path))
            return;
        try
        {
            if (!OperatingSystem.IsWindows())
                File.SetUnixFileMode(path, File.GetUnixFileMode(path) & Owner);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // said above
        }
    }

    [DllImport("libc", EntryPoint = "umask"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern uint SetMask(uint mask);
}
