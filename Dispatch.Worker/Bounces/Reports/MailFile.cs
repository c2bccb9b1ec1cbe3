namespace Dispatch.Worker.Bounces.Reports;

/// <summary>Reads as much of a message from a file as a report can need.</summary>
public static class MailFile
{
    /// <summary>Returns the file's first bytes, as many as <see cref="ReportReader"/> examines.</summary>
    /// <exception cref="IOException">The file can't be read.</exception>
    public static byte[] Read(string path)
    {
        using var file = File.OpenRead(path);
        var bytes = new byte[Math.Min(file.Length, MailParts.MostBytes)];
        file.ReadExactly(bytes);
        return bytes;
    }
}
