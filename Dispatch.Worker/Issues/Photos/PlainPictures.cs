using System.Buffers.Binary;

namespace Dispatch.Worker.Issues.Photos;

/// <summary>
/// Recognizes picture files that contain nothing but pixels, as <see cref="PhotoStudio"/> writes them. Such a file need not be encoded
/// again, which would make it worse each time it is exported and imported. Whatever isn't known to be needed for the pixels counts as
/// something else: profiles, comments, positions, thumbnails, and bytes after the end.
/// </summary>
internal static class PlainPictures
{
    public static bool Is(ReadOnlySpan<byte> file) => PhotoFormats.Of(file) switch
    {
        PhotoFormat.Jpeg => IsPlainJpeg(file),
        PhotoFormat.Png => IsPlainPng(file),
        PhotoFormat.Gif => IsPlainGif(file),
        _ => false,
    };

    // ITU-T T.81, annex B. The only accepted application segment is JFIF's, without a thumbnail.
    private static bool IsPlainJpeg(ReadOnlySpan<byte> file)
    {
        var (at, isProgressive) = (2, false);
        while (at + 4 <= file.Length && file[at] == 0xFF)
        {
            var marker = file[at + 1];
            var length = BinaryPrimitives.ReadUInt16BigEndian(file[(at + 2)..]);
            if (at + 2 + length > file.Length)
                return false;
            var segment = file.Slice(at + 4, Math.Max(0, length - 2));
            if (marker == 0xE0 ? !(length == 16 && segment.StartsWith("JFIF\0"u8) && segment[12] == 0 && segment[13] == 0)
                : marker is not (0xDB or 0xC4 or 0xC2 or 0xDA or 0xDD))
                return false;
            if (marker == 0xC2 && !(segment.Length > 5 && segment[5] is 1 or 3)) // four color components are for print
                return false;
            isProgressive |= marker == 0xC2;
            at += 2 + length;
            if (marker != 0xDA)
                continue;
            while (at + 1 < file.Length && !(file[at] == 0xFF && file[at + 1] is not (0x00 or (>= 0xD0 and <= 0xD7))))
                at++;
            if (at + 2 == file.Length && file[at + 1] == 0xD9)
                return isProgressive;
        }
        return false;
    }

    // RFC 2083. Our encoder also writes the pixels' aspect ratio.
    private static bool IsPlainPng(ReadOnlySpan<byte> file)
    {
        for (var at = 8; at + 12 <= file.Length;)
        {
            var length = BinaryPrimitives.ReadUInt32BigEndian(file[at..]);
            var kind = file.Slice(at + 4, 4);
            if (length > file.Length - at - 12)
                return false;
            if (kind.SequenceEqual("IEND"u8))
                return length == 0 && at + 12 == file.Length;
            if (!kind.SequenceEqual("IHDR"u8) && !kind.SequenceEqual("PLTE"u8) && !kind.SequenceEqual("IDAT"u8)
                && !(kind.SequenceEqual("pHYs"u8) && length == 9))
                return false;
            if (kind.SequenceEqual("IHDR"u8) && (length < 13 || file[at + 16] > 8 || file[at + 17] is 4 or 6)) // 16 bits, or transparent
                return false;
            at += 12 + (int)length;
        }
        return false;
    }

    // GIF89a. Only the extensions that an animation needs are accepted.
    private static bool IsPlainGif(ReadOnlySpan<byte> file)
    {
        if (file.Length < 14 || !file.StartsWith("GIF89a"u8))
            return false;
        var (at, frames) = (13 + TableIn(file[10]), 0);
        while (at < file.Length)
            switch (file[at])
            {
                case 0x3B:
                    return at + 1 == file.Length && frames > 1;
                case 0x2C when at + 11 <= file.Length:
                    frames++;
                    at += 10 + TableIn(file[at + 9]) + 1;
                    if (!SkipBlocks(file, ref at))
                        return false;
                    break;
                case 0x21 when at + 2 < file.Length && (file[at + 1] == 0xF9
                    || (file[at + 1] == 0xFF && file[(at + 2)..].StartsWith("\u000BNETSCAPE2.0"u8))):
                    at += 2;
                    if (!SkipBlocks(file, ref at))
                        return false;
                    break;
                default:
                    return false;
            }
        return false;
    }

    private static int TableIn(byte packed) => (packed & 0x80) == 0 ? 0 : 3 << ((packed & 7) + 1);

    private static bool SkipBlocks(ReadOnlySpan<byte> file, ref int at)
    {
        while (at < file.Length)
        {
            var length = file[at];
            at += 1 + length;
            if (length == 0)
                return true;
        }
        return false;
    }
}
