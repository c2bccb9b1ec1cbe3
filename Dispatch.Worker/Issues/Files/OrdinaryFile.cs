using System.Runtime.InteropServices;

namespace Dispatch.Worker.Issues.Files;

/// <summary>
/// Distinguishes a regular file from a pipe, a socket or a device, because opening a pipe may wait for ever and a device may have no end.
/// .NET can't tell them apart, so this class asks the kernel.
/// </summary>
internal static partial class OrdinaryFile
{
    private const int RelativeToHere = -100; // AT_FDCWD
    private const uint TypeAlone = 1; // STATX_TYPE
    private const int Size = 256; // of struct statx
    private const int ModeAt = 28;
    private const int TypeBits = 0xF000;
    private const int Ordinary = 0x8000; // S_IFREG

    /// <summary>
    /// Returns whether a path leads to a regular file, following links. Also returns true if the path does not exist or the system has no
    /// statx, because reading the file will then report the fault.
    /// </summary>
    public static bool Is(string path)
    {
        if (!OperatingSystem.IsLinux())
            return true;
        var answer = new byte[Size];
        try
        {
            return Ask(RelativeToHere, path, 0, TypeAlone, answer) != 0 || (BitConverter.ToUInt16(answer, ModeAt) & TypeBits) == Ordinary;
        }
        catch (EntryPointNotFoundException) // a C library from before 2018
        {
            return true;
        }
    }

    [DllImport("libc", EntryPoint = "statx", CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Ask(int folder, [MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags, uint mask, byte[] answer);
}
