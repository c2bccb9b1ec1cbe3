namespace Dispatch.Worker.Transfer.Reading;

/// <summary>
/// Recognizes, by their first bytes, files that are neither text nor zip, or a different kind of text. A file called .csv may be one: a
/// renamed workbook, or an error page that a server sent instead of the export.
/// </summary>
internal static class ForeignFile
{
    /// <summary>How many bytes of a file are enough to recognize it.</summary>
    public const int HeadBytes = 64;

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
        if (head.StartsWith("{\\rtf"u8))
            return "is a document with formatting (RTF). Save it as plain text";
        return FirstSign(head) == '<'
            ? "is a web page or another text with tags, not a CSV file. Perhaps you were signed out: sign in there, and export it again"
            : null;
    }

    /// <summary>Reads a file's beginning, and refuses a file that can't be a list.</summary>
    /// <param name="name">The file's name, for the message.</param>
    /// <param name="content">The file, positioned at its first byte.</param>
    /// <param name="head">The beginning, empty if the file is.</param>
    /// <returns>The file again, positioned at its first byte.</returns>
    /// <exception cref="UnreadableFileException">The file is of another kind.</exception>
    public static Stream Checked(string name, Stream content, out ReadOnlyMemory<byte> head)
    {
        var bytes = new byte[HeadBytes];
        var length = content.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        head = bytes.AsMemory(0, length);
        return Kind(head.Span) is { } kind ? throw new UnreadableFileException($"{name} {kind}.") : new HeadedStream(head, content);
    }

    /// <summary>Returns the first character of a text in UTF-8 that isn't blank, or 0 if there is none in its beginning.</summary>
    public static char FirstSign(ReadOnlySpan<byte> head)
    {
        var text = (head.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]) ? head[3..] : head).TrimStart(" \r\n\t"u8);
        return text.IsEmpty ? '\0' : (char)text[0];
    }

    /// <summary>Returns what a zip without a list of readers is.</summary>
    public static string KindOfZip(IReadOnlyCollection<string> names)
    {
        if (names.Any(name => name.StartsWith("xl/", StringComparison.Ordinal)))
            return $"The file {Workbook}.";
        if (names.Contains("content.xml"))
            return "The file is an OpenDocument spreadsheet (LibreOffice). Open it and save it as CSV, in UTF-8.";
        if (names.Any(name => name.EndsWith(".iwa", StringComparison.Ordinal) || name is "Index.zip"))
            return "The file is a Numbers spreadsheet. Open it and export it as CSV, in UTF-8.";
        return names.Any(name => name.EndsWith(".zip", StringComparison.OrdinalIgnoreCase))
            ? "The zip contains another zip. Unpack it, and import the zip inside it."
            : "The zip contains no CSV or JSON file. Is it the right export?";
    }
}
