namespace Dispatch.Worker.Issues.Photos;

/// <summary>
/// Counts the scans of a JPEG without decoding it. The decoder processes the whole picture for each scan, so a file of a few kilobytes with
/// many tiny scans could keep it busy for hours.
/// </summary>
internal static class JpegScans
{
    private const byte EndOfImage = 0xD9;
    private const byte StartOfScan = 0xDA;

    /// <summary>Counts the picture's scans, without those of a thumbnail in its metadata (ITU-T T.81, annex B).</summary>
    public static int Count(ReadOnlySpan<byte> file)
    {
        var scans = 0;
        for (var rest = file; NextMarker(ref rest) is { } marker && marker != EndOfImage;)
        {
            scans += marker == StartOfScan ? 1 : 0;
            if (IsAlone(marker))
                continue;
            if (rest.Length < 2)
                break;
            rest = rest[Math.Min(rest.Length, (rest[0] << 8) | rest[1])..]; // the length includes itself
        }
        return scans;
    }

    // Within a scan's data, FF is followed by 00 or by a restart marker. Further FF bytes are padding.
    private static byte? NextMarker(ref ReadOnlySpan<byte> rest)
    {
        while (rest.IndexOf((byte)0xFF) is >= 0 and var at && at + 1 < rest.Length)
        {
            var code = rest[at + 1];
            rest = rest[(at + (code == 0xFF ? 1 : 2))..];
            if (code is not (0x00 or 0xFF or (>= 0xD0 and <= 0xD7)))
                return code;
        }
        return null;
    }

    private static bool IsAlone(byte marker) => marker is 0x01 or 0xD8;
}
