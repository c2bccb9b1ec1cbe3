namespace Dispatch.Api.Hosting;

/// <summary>Writes a verb's output file, completely or not at all.</summary>
internal static class WholeFile
{
    /// <summary>Writes to a temporary file beside it first, and prints what the writer reports.</summary>
    public static async Task<int> WriteAsync(string path, Func<Stream, Task<string>> write)
    {
        var part = $"{path}.part";
        var isOurs = false;
        try
        {
            string said;
            await using (var to = new FileStream(part, FileMode.Create, FileAccess.Write, FileShare.None))
            {
                isOurs = true;
                said = await write(to);
            }
            File.Move(part, path, overwrite: true);
            return Verbs.Done(said);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return Verbs.Refused(fault.Message);
        }
        finally
        {
            if (isOurs) // otherwise another process may be writing it
                File.Delete(part);
        }
    }
}
