using Dispatch.Worker.Transfer.Import;
using Dispatch.Worker.Transfer.Reading;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace Dispatch.Api.Subscribers;

/// <summary>
/// A file in a multipart form. It is processed as it arrives: ASP.NET itself would store it on disk as plain text, and leave it there if
/// the process were killed.
/// </summary>
/// <remarks>
/// What stands behind the file counts as well, if the file has at most <see cref="HeldBytes"/>: such a file is held in memory until the
/// form has ended. A longer one has to be read before anybody knows what follows, so <see cref="FieldBehindAsync"/> says whether something
/// did, and nothing of the file may then be taken.
/// </remarks>
/// <param name="Typed">The choices in the fields.</param>
/// <param name="DryRun">Whether nothing is to be changed.</param>
/// <param name="FileName">The name that the file's owner gave it.</param>
/// <param name="Content">The file, or null if there is none.</param>
/// <param name="Token">The antiforgery token of a page's form, or null.</param>
internal sealed record UploadedFile(TypedChoices Typed, bool DryRun, string FileName, Stream? Content, string? Token)
{
    /// <summary>The largest file that is held in memory, in bytes.</summary>
    public const int HeldBytes = 4 << 20;

    private const int LongestField = 10_000;
    private const int MostFields = 200;

    /// <summary>What is wrong with a field behind a file that was read as it came.</summary>
    public const string ComesTooLate = "Comes after the file, which is too large to buffer. Send it before the file. Nothing was imported.";

    // The rest of the form, if the file is read as it comes.
    private MultipartReader? Rest { get; init; }

    private IReadOnlyList<(string Name, string Value)> Fields { get; init; } = [];

    /// <summary>Returns the value of a field before the file, or null if there is none or it is empty.</summary>
    public string? Said(string field) => Fields.LastOrDefault(one => one.Name == field).Value is { Length: > 0 } said ? said : null;

    /// <summary>Reads the fields, and the file as far as it is held. Returns null if the request is no such form, or breaks off.</summary>
    public static async Task<UploadedFile?> OpenAsync(HttpRequest request, CancellationToken cancel)
    {
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
            || !type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase)
            || HeaderUtilities.RemoveQuotes(type.Boundary).Value is not { Length: > 0 and <= 200 } boundary)
            return null;
        var fields = new List<(string Name, string Value)>();
        var (fileName, content) = ("", (Stream?)null);
        var parts = new MultipartReader(boundary, request.Body) { BodyLengthLimit = null };
        try
        {
            while (await parts.ReadNextSectionAsync(cancel) is { } part && fields.Count < MostFields)
            {
                if (Part(part) is not { } said)
                    return null;
                if (said.FileName is null)
                {
                    fields.Add((said.Name, await TextAsync(part.Body, cancel)));
                    continue;
                }
                if (content is not null)
                    return Of(fields, fileName, null); // two files
                fileName = said.FileName;
                var held = await HoldAsync(part.Body, cancel);
                content = new MemoryStream(held.GetBuffer(), 0, (int)held.Length, writable: false);
                if (held.Length > HeldBytes)
                    return Of(fields, fileName, new BlockingStream(held.ToArray(), part.Body)) with { Rest = parts };
            }
        }
        catch (Exception fault) when (fault is InvalidDataException or IOException)
        {
            return null;
        }
        return Of(fields, fileName, content);
    }

    /// <summary>Returns the name of a field behind a file that was read to its end, or null if none follows.</summary>
    public async Task<string?> FieldBehindAsync(CancellationToken cancel)
    {
        try
        {
            return Rest is null || await Rest.ReadNextSectionAsync(cancel) is not { } part ? null : Part(part)?.Name ?? "file";
        }
        catch (Exception fault) when (fault is InvalidDataException or IOException)
        {
            throw BrokeOff();
        }
    }

    private static (string Name, string? FileName)? Part(MultipartSection part)
    {
        if (!ContentDispositionHeaderValue.TryParse(part.ContentDisposition, out var said))
            return null;
        var name = HeaderUtilities.RemoveQuotes(said.Name).Value ?? "";
        if (!said.FileName.HasValue && !said.FileNameStar.HasValue)
            return (name, null);
        var file = HeaderUtilities.RemoveQuotes(said.FileNameStar.HasValue ? said.FileNameStar : said.FileName).Value ?? "file";
        return (name, Path.GetFileName(file.Replace('\\', '/')));
    }

    // Returns the whole file, or a little more than is held.
    private static async Task<MemoryStream> HoldAsync(Stream body, CancellationToken cancel)
    {
        var held = new MemoryStream();
        var buffer = new byte[1 << 16];
        for (int read; held.Length <= HeldBytes && (read = await body.ReadAsync(buffer, cancel)) > 0;)
            held.Write(buffer, 0, read);
        return held;
    }

    private static UploadedFile Of(List<(string Name, string Value)> fields, string name, Stream? content)
    {
        return new(new(Last("newsletter"), Last("from"), Last("status"), Last("consentDate"), Last("encoding"),
            [.. fields.Where(field => field.Name is "map")
                .SelectMany(field => field.Value.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))],
            IsYes("sendConfirmations")), IsYes("dryRun"), name, content, Last("__RequestVerificationToken"))
        {
            Fields = fields,
        };

        string? Last(string field) => fields.FindLast(one => one.Name == field).Value;

        bool IsYes(string field) => Last(field)?.ToLowerInvariant() is "true" or "on" or "1" or "yes";
    }

    private static UnreadableFileException BrokeOff() => new("The upload was interrupted. Nothing was imported.");

    private static async Task<string> TextAsync(Stream body, CancellationToken cancel)
    {
        using var reader = new StreamReader(body);
        var buffer = new char[LongestField];
        var length = await reader.ReadBlockAsync(buffer, cancel);
        return new string(buffer, 0, length).Trim();
    }

    // The file is read by a thread of its own, which may wait. A server refuses waiting reads of the request itself.
    private sealed class BlockingStream(ReadOnlyMemory<byte> head, Stream body) : Stream
    {
        private ReadOnlyMemory<byte> head = head;

        public override bool CanRead => true;
        public override bool CanSeek => false;
        public override bool CanWrite => false;
        public override long Length => throw new NotSupportedException();
        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count)
        {
            if (!head.IsEmpty)
            {
                var some = Math.Min(count, head.Length);
                head.Span[..some].CopyTo(buffer.AsSpan(offset));
                head = head[some..];
                return some;
            }
            try
            {
                return body.ReadAsync(buffer, offset, count, CancellationToken.None).GetAwaiter().GetResult();
            }
            catch (Exception fault) when (fault is InvalidDataException or IOException)
            {
                throw BrokeOff();
            }
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
        public override void SetLength(long value) => throw new NotSupportedException();
        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
