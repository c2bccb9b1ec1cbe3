namespace Dispatch.Worker.Bounces.Reports;

/// <summary>Reads a message from a file, as far as a report reaches.</summary>
public static class MailFile
{
    /// <summary>Returns the file's first bytes, up to the number that <see cref="ReportReader"/> looks at.</summary>
    /// <exception cref="IOException">The file can't be read.</exception>
    public static byte[] Read(string path)
    {
        using var file = File.OpenRead(path);
        var bytes = new byte[Math.Min(file.Length, MailParts.MostBytes)];
        file.ReadExactly(bytes);
        return bytes;
    }
}
