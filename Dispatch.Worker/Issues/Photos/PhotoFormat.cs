using System.Buffers.Binary;

namespace Dispatch.Worker.Issues.Photos;

/// <summary>The format of a picture file, determined from its first bytes because a file's name proves nothing.</summary>
internal enum PhotoFormat
{
    Unknown,
    Jpeg,
    Png,
    Gif,
    WebP,
    Avif,
    Heic,
    Tiff,
    Svg,
    Pdf,
}

internal static class PhotoFormats
{
    public static PhotoFormat Of(ReadOnlySpan<byte> file)
    {
        if (file.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF]))
            return PhotoFormat.Jpeg;
        if (file.StartsWith((ReadOnlySpan<byte>)[0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]))
            return PhotoFormat.Png;
        if (file.StartsWith("GIF8"u8))
            return PhotoFormat.Gif;
        if (file.StartsWith("RIFF"u8) && file.Length > 12 && file[8..].StartsWith("WEBP"u8))
            return PhotoFormat.WebP;
        if (file.Length > 12 && file[4..].StartsWith("ftyp"u8))
            return OfBrands(file);
        if (file.StartsWith("II*\0"u8) || file.StartsWith("MM\0*"u8))
            return PhotoFormat.Tiff;
        if (file.StartsWith("%PDF"u8))
            return PhotoFormat.Pdf;
        return file[..Math.Min(file.Length, 1000)].IndexOf("<svg"u8) >= 0 ? PhotoFormat.Svg : PhotoFormat.Unknown;
    }

    /// <summary>Returns why a format is refused and what the author can do, or null for an accepted format.</summary>
    public static string? FaultOf(PhotoFormat format) => format switch
    {
        PhotoFormat.Jpeg or PhotoFormat.Png or PhotoFormat.Gif or PhotoFormat.WebP or PhotoFormat.Avif => null,
        PhotoFormat.Heic => "This is a HEIC photo, as phones make them, which we can't read. Save or send it as a JPEG.",
        PhotoFormat.Tiff => "This is a TIFF file or a camera's raw file, which we can't read. Save it as a JPEG.",
        PhotoFormat.Svg => "This is an SVG drawing, which email apps don't show. Save it as a PNG.",
        PhotoFormat.Pdf => "This is a PDF, not a picture. Save the page as a JPEG or PNG.",
        _ => "This isn't a picture we can read. Use a JPEG, PNG, WebP, AVIF or GIF.",
    };

    // HEIC is refused, because its codec is patented and our build of libvips leaves it out. AVIF has the same container but a free codec.
    // If the first brand names only the container (mif1), the compatible brands name the codec (ISO/IEC 14496-12 §4.3).
    private static PhotoFormat OfBrands(ReadOnlySpan<byte> file)
    {
        var end = (int)Math.Min(BinaryPrimitives.ReadUInt32BigEndian(file), (uint)file.Length);
        var format = OfBrand(file[8..12]);
        for (var at = 16; format is not PhotoFormat.Avif && at + 4 <= end; at += 4)
            if (OfBrand(file[at..(at + 4)]) is PhotoFormat.Avif)
                return PhotoFormat.Avif;
        return format;
    }

    private static PhotoFormat OfBrand(ReadOnlySpan<byte> brand)
    {
        if (brand.SequenceEqual("avif"u8) || brand.SequenceEqual("avis"u8))
            return PhotoFormat.Avif;
        return brand.StartsWith("he"u8) || brand.SequenceEqual("mif1"u8) || brand.SequenceEqual("msf1"u8) ? PhotoFormat.Heic
            : PhotoFormat.Unknown;
    }
}
