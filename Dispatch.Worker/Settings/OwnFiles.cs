using System.Runtime.InteropServices;

namespace Dispatch.Worker.Settings;

/// <summary>Restricts files and folders to the account that runs Dispatch.</summary>
internal static class OwnFiles
{
    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>
    /// Sets the process's umask. New files are then 0600 and new folders 0700, including those that SQLite creates. Call this first in a
    /// program.
    /// </summary>
    public static void FromNowOn()
    {
        if (!OperatingSystem.IsWindows())
            _ = SetMask(0b000_111_111); // octal 077
    }

    /// <summary>Returns whether other accounts can access the file or folder. Returns false if that can't be determined.</summary>
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

    /// <summary>
    /// Removes other accounts' permissions. A file that another account owns is left unchanged; the doctor command reports it.
    /// </summary>
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
            // the file stays as it is; the doctor command reports it
        }
    }

    [DllImport("libc", EntryPoint = "umask"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern uint SetMask(uint mask);
}
