using Dispatch.Worker.Transfer.Import;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace Dispatch.Api.Subscribers;

/// <summary>
/// A file of readers in a multipart form, with the fields before it. The file is read as it comes: ASP.NET's own reading would leave it on
/// the disk, in plain text, if the process were killed.
/// </summary>
/// <param name="Typed">The choices in the fields.</param>
/// <param name="DryRun">Whether nothing is to be changed.</param>
/// <param name="FileName">The name that the file's owner gave it.</param>
/// <param name="Content">The file, or null if there is none.</param>
/// <param name="Token">The antiforgery token of a page's form, or null.</param>
internal sealed record UploadedFile(TypedChoices Typed, bool DryRun, string FileName, Stream? Content, string? Token)
{
    private const int LongestField = 10_000;
    private const int MostFields = 200;

    /// <summary>Reads the fields up to the file. Returns null if the request is no such form, or breaks off.</summary>
    public static async Task<UploadedFile?> OpenAsync(HttpRequest request, CancellationToken cancel)
    {
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
            || !type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase)
            || HeaderUtilities.RemoveQuotes(type.Boundary).Value is not { Length: > 0 and <= 200 } boundary)
            return null;
        var fields = new List<(string Name, string Value)>();
        var parts = new MultipartReader(boundary, request.Body) { BodyLengthLimit = null };
        try
        {
            while (await parts.ReadNextSectionAsync(cancel) is { } part && fields.Count < MostFields)
            {
                if (!ContentDispositionHeaderValue.TryParse(part.ContentDisposition, out var said))
                    return null;
                if (said.FileName.HasValue || said.FileNameStar.HasValue)
                {
                    var name = HeaderUtilities.RemoveQuotes(said.FileNameStar.HasValue ? said.FileNameStar : said.FileName).Value ?? "file";
                    return Of(fields, Path.GetFileName(name.Replace('\\', '/')), new BlockingStream(part.Body));
                }
                fields.Add((HeaderUtilities.RemoveQuotes(said.Name).Value ?? "", await TextAsync(part.Body, cancel)));
            }
        }
        catch (Exception fault) when (fault is InvalidDataException or IOException)
        {
            return null;
        }
        return Of(fields, "", null);
    }

    private static UploadedFile Of(List<(string Name, string Value)> fields, string name, Stream? content)
    {
        return new(new(Last("newsletter"), Last("from"), Last("status"), Last("consentDate"), Last("encoding"),
            [.. fields.Where(field => field.Name is "map")
                .SelectMany(field => field.Value.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))],
            IsYes("sendConfirmations")), IsYes("dryRun"), name, content, Last("__RequestVerificationToken"));

        string? Last(string field) => fields.FindLast(one => one.Name == field).Value;

        bool IsYes(string field) => Last(field)?.ToLowerInvariant() is "true" or "on" or "1" or "yes";
    }

    private static async Task<string> TextAsync(Stream body, CancellationToken cancel)
    {
        using var reader = new StreamReader(body);
        var buffer = new char[LongestField];
        var length = await reader.ReadBlockAsync(buffer, cancel);
        return new string(buffer, 0, length).Trim();
    }

    // The file is read by a thread of its own, which may wait. A server refuses waiting reads of the request itself.
    private sealed class BlockingStream(Stream body) : Stream
    {
        public override bool CanRead => true;
        public override bool CanSeek => false;
        public override bool CanWrite => false;
        public override long Length => throw new NotSupportedException();
        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count)
        {
            try
            {
                return body.ReadAsync(buffer, offset, count, CancellationToken.None).GetAwaiter().GetResult();
            }
            catch (Exception fault) when (fault is InvalidDataException or IOException)
            {
                throw new Worker.Transfer.Reading.UnreadableFileException("The upload broke off. Nothing of the file was taken.");
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
