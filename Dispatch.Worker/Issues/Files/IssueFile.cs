using System.Text;
using System.Text.Unicode;
using Dispatch.Worker.Issues.Content;
using Dispatch.Worker.Issues.Content.Parsing;
using Dispatch.Worker.Newsletters;

namespace Dispatch.Worker.Issues.Files;

/// <summary>An issue in a Markdown file with YAML front matter. Its photos are in the same folder or below it.</summary>
/// <param name="Path">The file's full path.</param>
/// <param name="Newsletter">The slug of the newsletter, if the file names it.</param>
/// <param name="Slot">The slot that the issue is meant for, if the file names a slot.</param>
/// <param name="Text">Subject, preheader, byline, slug and body. If the file gives no slug, the slug is made from the subject.</param>
/// <param name="FirstBodyLine">The number of the body's first line in the file, for converting a line of the body into a line of the
/// file.</param>
/// <param name="Photos">The photos that the body refers to, without duplicates.</param>
public sealed record IssueFile(
    string Path, string? Newsletter, SlotChoice? Slot, IssueText Text, int FirstBodyLine, IReadOnlyList<IssueFilePhoto> Photos)
{
    /// <summary>The lines of the file from which invisible characters were removed.</summary>
    public IReadOnlyList<int> Cleaned { get; private init; } = [];

    // A character takes at most four bytes. The front matter may use the bytes that the body leaves over.
    private const int MostBytes = 4 * IssueText.LongestBody;

    /// <summary>Reads the file and finds its photos. Reports all faults together, so the author can fix them in one pass.</summary>
    public static async Task<IssueFileReading> ReadAsync(string path, CancellationToken cancel = default)
    {
        path = System.IO.Path.GetFullPath(path);
        var faults = new IssueFileFaults(System.IO.Path.GetFileName(path));
        if (await TextOfAsync(path, faults, cancel) is not { } written)
            return faults.AsReading();

        var text = UnseenCharacters.DroppedFrom(written);
        var front = IssueFileFrontMatter.Read(text, faults);
        var issueText = new IssueText(front.Subject.Value, front.Preheader.Value, front.Byline.Value, front.Slug.Value, front.Body)
        {
            Picture = front.Picture.Value,
        }.Tidied();
        front.Check(issueText, faults);
        var photos = new IssueFilePhotos(System.IO.Path.GetDirectoryName(path)!, faults);
        photos.FindIn(issueText.Picture.Length > 0 ? FeaturePicture.MarkdownOf(issueText.Picture) : "", front.Picture.Line ?? 1);
        photos.FindIn(front.Body, front.FirstBodyLine);
        issueText = issueText with { Picture = photos.WithNames(issueText.Picture), Body = photos.WithNames(issueText.Body) };

        if (faults.Any)
            return faults.AsReading();
        var newsletter = front.Newsletter.Value is { Length: > 0 } named ? named : null;
        return new IssueFileReading.Read(
            new IssueFile(path, newsletter, front.SlotOrNull, issueText, front.FirstBodyLine, photos.Photos)
            {
                Cleaned = LinesToClean(written),
            });
    }

    /// <summary>Returns a fault in this file, in the format of a compiler's message.</summary>
    public IssueFileFault FaultAt(int? line, string message) => new(System.IO.Path.GetFileName(Path), line, message);

    private static List<int> LinesToClean(string text) => !UnseenCharacters.AreIn(text) ? []
        : [.. text.Split('\n').Select((line, index) => (line, Number: index + 1)).Where(one => UnseenCharacters.AreIn(one.line))
            .Select(one => one.Number)];

    private static async Task<string?> TextOfAsync(string path, IssueFileFaults faults, CancellationToken cancel)
    {
        try
        {
            if (Directory.Exists(path))
                return faults.Add(null, "this is a folder. Name the Markdown file in it.");
            if (!File.Exists(path))
                return faults.Add(null, "there is no such file.");
            if (!OrdinaryFile.Is(path))
                return faults.Add(null, "this is a pipe or a device, not a file.");
            if (new FileInfo(path).Length > MostBytes)
                return faults.Add(null, $"the file is larger than {MostBytes / 1_000_000} MB, too large for an issue's text.");
            return Decode(await File.ReadAllBytesAsync(path, cancel), faults);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return faults.Add(null, $"the file cannot be read. {fault.Message}");
        }
    }

    private static string? Decode(ReadOnlySpan<byte> bytes, IssueFileFaults faults)
    {
        if (bytes.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE]) || bytes.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF]))
            return faults.Add(null, "the file is saved as UTF-16. Save it as UTF-8.");
        if (bytes.Contains((byte)0))
            return faults.Add(null, "this is not a text file.");
        if (bytes.StartsWith(Encoding.UTF8.Preamble))
            bytes = bytes[3..];
        if (Utf8.IsValid(bytes))
            return Encoding.UTF8.GetString(bytes).ReplaceLineEndings("\n");

        var good = 0;
        while (Rune.DecodeFromUtf8(bytes[good..], out _, out var length) is System.Buffers.OperationStatus.Done)
            good += length;
        return faults.Add(1 + bytes[..good].Count((byte)'\n'), "there is a character here that is not UTF-8. Save the file as UTF-8.");
    }
}

/// <summary>A photo that an issue's file refers to.</summary>
/// <param name="FileName">The name that the desk and the API would give the photo (see <see cref="Photos.PhotoNames"/>).</param>
/// <param name="Path">The path of the picture file.</param>
/// <param name="Line">The first line of the issue's file that refers to the photo.</param>
public sealed record IssueFilePhoto(string FileName, string Path, int Line);
