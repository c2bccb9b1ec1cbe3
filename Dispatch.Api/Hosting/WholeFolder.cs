namespace Dispatch.Api.Hosting;

/// <summary>Writes a verb's output folder, completely or not at all.</summary>
internal static class WholeFolder
{
    /// <summary>
    /// Writes to a temporary folder beside it first, and prints what the writer reports. A folder that isn't empty is left alone.
    /// </summary>
    /// <param name="path">The folder.</param>
    /// <param name="write">Writes it, and returns what to say, and whether the folder is of use. Otherwise nothing of it stays.</param>
    public static async Task<int> WriteAsync(string path, Func<string, Task<(string Said, bool IsWhole)>> write)
    {
        path = Path.GetFullPath(path);
        var part = $"{Path.TrimEndingDirectorySeparator(path)}.part-{Guid.NewGuid():n}"[..^24];
        try
        {
            if (File.Exists(path) || (Directory.Exists(path) && Directory.EnumerateFileSystemEntries(path).Any()))
                return Verbs.Refused($"{path} isn't empty: give a new or empty folder.");
            Directory.CreateDirectory(part);
            var (said, isWhole) = await write(part);
            if (!isWhole)
                return Verbs.Refused(said);
            if (Directory.Exists(path))
                Directory.Delete(path);
            Directory.Move(part, path);
            return Verbs.Done(said);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return Verbs.Refused(fault.Message);
        }
        finally
        {
            if (Directory.Exists(part))
                Directory.Delete(part, recursive: true);
        }
    }
}
