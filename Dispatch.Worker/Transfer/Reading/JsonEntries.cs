using System.Text;
using System.Text.Json;

namespace Dispatch.Worker.Transfer.Reading;

/// <summary>
/// Reads the objects of a JSON array one at a time, whatever the file's size. The array is the whole file, or the value of <c>results</c>,
/// <c>data</c>, <c>subscribers</c>, <c>members</c> or <c>items</c>.
/// </summary>
/// <param name="stream">The file in UTF-8, without a byte order mark.</param>
internal sealed class JsonEntries(Stream stream)
{
    private const int LongestEntry = 4 << 20;

    private static readonly string[] Names = ["results", "data", "subscribers", "members", "items"];

    private byte[] buffer = new byte[1 << 16];
    private int length;
    private bool ended, inside, closed, isTotal;
    private JsonReaderState state;

    /// <summary>How many entries there are in all, if the file says so: it may be one page of several.</summary>
    public long? Total { get; private set; }

    /// <summary>
    /// Opens a JSON file as UTF-8, or returns null if the file isn't JSON. Windows PowerShell writes what it downloads as UTF-16.
    /// </summary>
    /// <param name="head">The file's beginning.</param>
    /// <param name="file">The whole file.</param>
    public static JsonEntries? Open(ReadOnlySpan<byte> head, Stream file)
    {
        if (ForeignFile.FirstSign(head) is '{' or '[' && (head.Length < 2 || head[1] != 0))
            return new(head[0] == 0xEF ? Without(file, 3) : file);
        var isMarked = head.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE]) || head.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF]);
        if (head.Length < 4)
            return null;
        var isBigEndian = isMarked ? head[0] == 0xFE : head[0] == 0;
        var wide = new UnicodeEncoding(isBigEndian, byteOrderMark: false, throwOnInvalidBytes: true);
        var text = head[(isMarked ? 2 : 0)..];
        if (text[isBigEndian ? 0 : 1] != 0 || text[isBigEndian ? 1 : 0] is not ((byte)'{' or (byte)'['))
            return null;
        return new(Encoding.CreateTranscodingStream(isMarked ? Without(file, 2) : file, wide, new UTF8Encoding(false)));
    }

    /// <summary>Returns the next object, or null after the last one, once the whole file has been read.</summary>
    /// <exception cref="UnreadableFileException">The file is truncated, is not JSON, or has no such array.</exception>
    public JsonDocument? Next()
    {
        try
        {
            while (true)
            {
                if (TryNext(out var entry))
                    return entry;
                if (ended)
                    return inside || !closed ? throw Broken() : null;
                Fill();
            }
        }
        catch (JsonException fault)
        {
            throw new UnreadableFileException($"The file is not JSON from line {fault.LineNumber + 1 ?? 1} on, or it ends there. "
                + "Export it again. Nothing was imported.");
        }
        catch (DecoderFallbackException)
        {
            throw new UnreadableFileException("The file is not whole UTF-16. Export it again. Nothing was imported.");
        }
    }

    // Returns false if more bytes are needed or the file has ended.
    private bool TryNext(out JsonDocument? entry)
    {
        entry = null;
        var reader = new Utf8JsonReader(buffer.AsSpan(0, length), ended, state);
        var wanted = false;
        try
        {
            while (true)
            {
                var before = reader;
                if (!reader.Read())
                    return false;
                if (inside && reader.TokenType is JsonTokenType.StartObject)
                {
                    if (!JsonDocument.TryParseValue(ref reader, out entry))
                    {
                        reader = before;
                        return false;
                    }
                    return true;
                }
                if (inside && reader.TokenType is JsonTokenType.EndArray)
                    (inside, closed) = (false, true);
                else if (inside)
                    throw Broken();
                else if (!closed && reader.TokenType is JsonTokenType.StartArray && (wanted || reader.CurrentDepth == 0))
                    inside = true;
                if (isTotal && reader.TokenType is JsonTokenType.Number && reader.TryGetInt64(out var total))
                    Total = total;
                isTotal = reader.TokenType is JsonTokenType.PropertyName
                    && (reader.ValueTextEquals("total") || reader.ValueTextEquals("count"));
                wanted = reader.TokenType is JsonTokenType.PropertyName && IsOfArray(ref reader);
                if (wanted && !ended && reader.BytesConsumed == length)
                {
                    reader = before; // the value decides, and is not in the buffer yet
                    return false;
                }
            }
        }
        finally
        {
            var used = (int)reader.BytesConsumed;
            buffer.AsSpan(used, length - used).CopyTo(buffer);
            (length, state) = (length - used, reader.CurrentState);
        }
    }

    private static bool IsOfArray(ref Utf8JsonReader reader)
    {
        foreach (var name in Names)
            if (reader.ValueTextEquals(name))
                return true;
        return false;
    }

    private static Stream Without(Stream file, int bytes)
    {
        file.ReadExactly(new byte[bytes]);
        return file;
    }

    private void Fill()
    {
        if (length == buffer.Length)
        {
            if (length >= LongestEntry)
                throw new UnreadableFileException(
                    $"An entry of the file is longer than {LongestEntry >> 20} MiB. Is it an export of readers?");
            Array.Resize(ref buffer, buffer.Length * 2);
        }
        var read = stream.Read(buffer, length, buffer.Length - length);
        ended = read == 0;
        length += read;
    }

    private static UnreadableFileException Broken() => new("The file is JSON, but not a list of readers: expected an array of objects, "
        + "on its own or under \"results\", as in listmonk's API.");
}
