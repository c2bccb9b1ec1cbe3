using System.Runtime.InteropServices;

namespace Dispatch.Worker.Settings;

/// <summary>Files and folders that only this account may read: everything created from startup on, and whatever was open before.</summary>
internal static class OwnFiles
{
    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>For a program's first lines: files that it creates are 0600 and folders 0700, whoever creates them, even SQLite.</summary>
    public static void FromNowOn()
    {
        if (!OperatingSystem.IsWindows())
            _ = SetMask(0b000_111_111); // octal 077
    }

    /// <summary>Whether other accounts may read, write or enter it; false where that can't be determined.</summary>
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

    /// <summary>Removes others' permissions. What belongs to another account stays as it is, and doctor reports it.</summary>
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
            // as documented above
        }
    }

    [DllImport("libc", EntryPoint = "umask"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern uint SetMask(uint mask);
}
