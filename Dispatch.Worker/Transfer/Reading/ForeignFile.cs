namespace Dispatch.Worker.Transfer.Reading;

/// <summary>
/// Recognizes, by their first bytes, files that are neither text nor zip, or a different kind of text. A file called .csv may be one: a
/// renamed workbook, or an error page that a server sent instead of the export.
/// </summary>
internal static class ForeignFile
{
    private const string Workbook = "is an Excel workbook. Open it and save it as CSV UTF-8";

    /// <summary>Returns what a file is and what to do, in words that follow its name. Null if it may be a list of readers.</summary>
    /// <param name="head">The file's beginning.</param>
    public static string? Kind(ReadOnlySpan<byte> head)
    {
        if (head.StartsWith((ReadOnlySpan<byte>)[0xD0, 0xCF, 0x11, 0xE0]))
            return Workbook;
        if (head.StartsWith((ReadOnlySpan<byte>)[0x1F, 0x8B]) || head.StartsWith("Rar!"u8)
            || head.StartsWith((ReadOnlySpan<byte>)[(byte)'7', (byte)'z', 0xBC]))
            return "is compressed in another way than zip. Unpack it first";
        if (head.StartsWith("%PDF"u8))
            return "is a PDF. Export a CSV file instead";
        var text = (head.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]) ? head[3..] : head).TrimStart(" \r\n\t"u8);
        return !text.IsEmpty && text[0] == (byte)'<'
            ? "is a web page or another text with tags, not a CSV file. Perhaps you were signed out: sign in there, and export it again"
            : null;
    }

    /// <summary>Returns what a zip without a list of readers is.</summary>
    public static string KindOfZip(IEnumerable<string> names) => names.Any(name => name.StartsWith("xl/", StringComparison.Ordinal))
        ? $"The file {Workbook}." : "The zip contains no CSV or JSON file. Is it the right export?";
}
