using NetVips;

namespace Dispatch.Worker.Issues.Photos;

/// <summary>
/// Prepares a photo for publication: upright, in the web's sRGB colors, in two widths, and without data on where, when or by whom it was
/// taken.
/// </summary>
/// <remarks>
/// <para>
/// The original file is never published. Only its pixels are kept, and encoded again, because a GPS position or an embedded preview of the
/// uncropped picture could endanger somebody.
/// </para>
/// <para>
/// Photos become progressive JPEGs. A PNG, a GIF or a picture with transparent parts becomes a PNG unless the JPEG would be smaller. Both
/// get a WebP file beside them for the archive, where that is smaller. An animated GIF stays a GIF. No picture is enlarged.
/// </para>
/// <para>
/// Transparent parts are filled, because mail programs put different colors behind a picture. Dark pictures get a white background, and
/// light pictures the color of our text.
/// </para>
/// <para>
/// A file that we exported is recognized when it comes back, because it contains nothing but pixels (<see cref="PlainPictures"/>). It is
/// kept as it is.
/// </para>
/// </remarks>
public sealed class PhotoStudio(MediaFolder media) : IDisposable
{
    /// <summary>The width in pixels of the rendition for high-density screens, twice the width of the message's column.</summary>
    public const int WideWidth = 1200;
    public const int NarrowWidth = 600;

    public const int MostBytes = 40 * 1024 * 1024;
    public const long MostPixels = 100_000_000;

    /// <summary>The limit for a decoded picture in memory, in bytes: 100 million pixels of three channels.</summary>
    public const long MostDecodedBytes = 3 * MostPixels;

    /// <summary>The limit for the scans of a JPEG. A progressive photo has about ten.</summary>
    public const int MostScans = 100;

    private const int JpegQuality = 80;

    // Looks as good as the JPEG. A WebP file that saves less than a tenth is left out.
    private const int WebPQuality = 76;
    private const double WorthIt = 0.9;

    // A very tall picture is scaled down until its height is at most this many times the width limit.
    private const int MostHeights = 2;

    // From this mean lightness, a picture with a transparent background counts as light, such as a white logo.
    private const double LightInk = 200;

    private static readonly double[] White = [255, 255, 255];
    private static readonly double[] Dark = [27, 27, 26];

    // A decoded picture can take 300 MB, so at most two are read and processed at the same time.
    private readonly SemaphoreSlim desks = new(2);

    /// <summary>
    /// The time limit for processing one picture, in real time even in tests. The largest accepted picture needs a few seconds.
    /// </summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(30);

    private static readonly IProgress<int> NobodyWatches = new Progress<int>();

    private static readonly string SaveSmaller = $"Save it smaller: {2 * WideWidth} pixels wide is plenty.";
    private static readonly string TooManyBytes = $"The picture is larger than {MostBytes / 1024 / 1024} MB. {SaveSmaller}";

    /// <summary>
    /// Reads a picture to its end, re-encodes it and stores it in both widths, or returns a refusal. Throws on disk errors.
    /// </summary>
    /// <param name="picture">A file or a buffered upload, which doesn't keep others waiting.</param>
    /// <param name="cancel">Cancels the operation.</param>
    public Task<PhotoOutcome> TakeInAsync(Stream picture, CancellationToken cancel) => AtADeskAsync(async () =>
        await ReadAsync(picture, cancel) is { } bytes ? await DevelopAsync(bytes, cancel) : new PhotoOutcome.Refused(TooManyBytes), cancel);

    /// <summary>Re-encodes a picture in memory and stores it in both widths, or returns a refusal.</summary>
    public Task<PhotoOutcome> TakeInAsync(byte[] picture, CancellationToken cancel) =>
        AtADeskAsync(() => DevelopAsync(picture, cancel), cancel);

    /// <summary>Stores a WebP file beside a stored picture that has none.</summary>
    /// <returns>Its name, an empty string if it would not be smaller, or null if the picture is not in the folder.</returns>
    public Task<string?> AddWebPAsync(string name, CancellationToken cancel) => AtADeskAsync<string?>(async () =>
    {
        await using var file = media.Open(name);
        if (file is null || await ReadAsync(file, cancel) is not { } picture)
            return null;
        if (PhotoFormats.Of(picture) is PhotoFormat.Gif)
            return "";
        try
        {
            var webP = await Task.Run(() =>
            {
                Libvips.Load();
                using var pixels = Image.NewFromBuffer(picture);
                return WebPOf(pixels, picture.Length);
            }, cancel);
            return webP is null ? "" : (await StoreAsync(webP, cancel)).Name;
        }
        catch (VipsException)
        {
            return ""; // the file is damaged: the page shows it as it is
        }
    }, cancel);

    public void Dispose() => desks.Dispose();

    private async Task<T> AtADeskAsync<T>(Func<Task<T>> work, CancellationToken cancel)
    {
        await desks.WaitAsync(cancel);
        try
        {
            return await work();
        }
        finally
        {
            desks.Release();
        }
    }

    private async Task<PhotoOutcome> DevelopAsync(byte[] picture, CancellationToken cancel)
    {
        if (FaultOfFile(picture) is { } fault)
            return new PhotoOutcome.Refused(fault);
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        enough.CancelAfter(Patience);
        try
        {
            var (refused, wide, narrow) = await Task.Run(() => Develop(picture, enough.Token), cancel);
            return refused is not null
                ? new PhotoOutcome.Refused(refused)
                : new PhotoOutcome.Taken(await StoreAsync(wide!, cancel), await StoreAsync(narrow!, cancel))
                {
                    WideWebP = wide!.WebP is { } webP ? await StoreAsync(webP, cancel) : null,
                    NarrowWebP = narrow!.WebP is { } narrowWebP ? await StoreAsync(narrowWebP, cancel) : null,
                };
        }
        catch (VipsException) when (enough.IsCancellationRequested)
        {
            cancel.ThrowIfCancellationRequested();
            return new PhotoOutcome.Refused($"The picture takes too long to read. {SaveSmaller}");
        }
        catch (VipsException)
        {
            return new PhotoOutcome.Refused(
                "The picture is damaged or incomplete. Save it again, or get it again from its source.");
        }
    }

    private static string? FaultOfFile(byte[] picture)
    {
        if (picture.Length == 0)
            return "The file is empty.";
        if (picture.Length > MostBytes)
            return TooManyBytes;
        var format = PhotoFormats.Of(picture);
        return format is PhotoFormat.Jpeg && JpegScans.Count(picture) > MostScans
            ? "The picture has more layers than any camera or program makes. Save it as an ordinary JPEG."
            : PhotoFormats.FaultOf(format);
    }

    private static (string? Fault, Encoded? Wide, Encoded? Narrow) Develop(byte[] picture, CancellationToken enough)
    {
        Libvips.Load();
        // The picture is loaded before it is scaled. libvips's thumbnail_buffer does both at once, but fills the missing part of a
        // truncated picture with gray.
        using var original = Image.NewFromBuffer(picture, failOn: Enums.FailOn.Error);
        // So far only the header has been read. A small file can claim dimensions that would fill the memory.
        var pixels = (long)original.Width * original.Height;
        if (pixels > MostPixels || pixels * original.Bands * BytesOf(original.Format) > MostDecodedBytes)
            return ($"The picture has {original.Width} by {original.Height} pixels, more than we can process. {SaveSmaller}", null, null);
        original.SetProgress(NobodyWatches, enough); // cancelling also stops operations on images made from this one
        var format = PhotoFormats.Of(picture);
        var frames = original.Contains("n-pages") && original.Get("n-pages") is int pages ? pages : 1;
        if (format is PhotoFormat.WebP && frames > 1)
            return ("This is an animated WebP, which email apps don't show. Save it as a GIF, or as a still picture.", null, null);
        if (format is PhotoFormat.Gif && frames > 1)
            return IsFinished(picture, original) && pixels * frames <= MostPixels
                ? (null, AsItIs(picture, original), EncodeAnimation(picture, NarrowWidth, enough))
                : pixels * frames > MostPixels
                ? ($"The animation has {frames} frames of {original.Width} by {original.Height} pixels, more than we can process. "
                    + SaveSmaller, null, null)
                : (null, EncodeAnimation(picture, WideWidth, enough), EncodeAnimation(picture, NarrowWidth, enough));
        var narrow = Encode(original, format, NarrowWidth);
        return (null, IsFinished(picture, original) ? AsItIs(picture, original) : Encode(original, format, WideWidth), narrow);
    }

    // An exported picture has come back. Encoding it again would only make it worse.
    private static bool IsFinished(byte[] picture, Image original) => original.Width <= WideWidth
        && original.Height <= MostHeights * WideWidth && PlainPictures.Is(picture);

    private static Encoded AsItIs(byte[] picture, Image original)
    {
        var format = PhotoFormats.Of(picture);
        if (format is PhotoFormat.Gif)
            return new(picture, "gif", original.Width, original.Height);
        using var pixels = original.CopyMemory(); // decodes all of it, so that a damaged file is noticed
        return new(picture, format is PhotoFormat.Png ? "png" : "jpg", pixels.Width, pixels.Height)
        {
            WebP = WebPOf(pixels, picture.Length),
        };
    }

    private static int BytesOf(Enums.BandFormat format) => format switch
    {
        Enums.BandFormat.Uchar or Enums.BandFormat.Char => 1,
        Enums.BandFormat.Ushort or Enums.BandFormat.Short => 2,
        Enums.BandFormat.Uint or Enums.BandFormat.Int or Enums.BandFormat.Float => 4,
        _ => 16,
    };

    private static Encoded Encode(Image original, PhotoFormat format, int width)
    {
        using var upright = original.ThumbnailImage(width, height: MostHeights * width, size: Enums.Size.Down, outputProfile: "srgb");
        using var eightBit = upright.Interpretation is Enums.Interpretation.Srgb or Enums.Interpretation.Bw
            ? upright.Copy() : upright.Colourspace(Enums.Interpretation.Srgb);
        // The resolution would otherwise be kept as metadata, so every picture gets the same value.
        using var pixels = eightBit.Copy(xres: 1, yres: 1).CopyMemory();
        using var opaque = OnGround(pixels);
        var jpeg = opaque.JpegsaveBuffer(q: JpegQuality, interlace: true, optimizeCoding: true, keep: Enums.ForeignKeep.None);
        var (bytes, extension) = (jpeg, "jpg");
        if (format is PhotoFormat.Png or PhotoFormat.Gif || pixels.HasAlpha())
        {
            var png = Png(opaque, palette: original.Contains("palette"));
            if (png.Length <= jpeg.Length)
                (bytes, extension) = (png, "png");
        }
        return new(bytes, extension, pixels.Width, pixels.Height) { WebP = WebPOf(opaque, bytes.Length) };
    }

    // For browsers, which all know the format. Many mail programs don't.
    private static Encoded? WebPOf(Image pixels, int thanBytes)
    {
        var bytes = pixels.WebpsaveBuffer(q: WebPQuality, keep: Enums.ForeignKeep.None);
        return bytes.Length < thanBytes * WorthIt ? new(bytes, "webp", pixels.Width, pixels.Height) : null;
    }

    private static Encoded EncodeAnimation(byte[] picture, int width, CancellationToken enough)
    {
        using var frames = Image.ThumbnailBuffer(picture, width, optionString: "n=-1", height: MostHeights * width, size: Enums.Size.Down);
        frames.SetProgress(NobodyWatches, enough);
        var height = frames.Contains("page-height") ? (int)frames.Get("page-height") : frames.Height;
        return new(frames.GifsaveBuffer(keep: Enums.ForeignKeep.None), "gif", frames.Width, height);
    }

    private static Image OnGround(Image pixels)
    {
        if (!pixels.HasAlpha())
            return pixels.Copy();
        var colors = pixels.Bands - 1;
        using var alpha = pixels[colors];
        using var ink = pixels.ExtractBand(0, n: colors);
        using var lightness = colors == 1 ? ink.Copy() : ink.Colourspace(Enums.Interpretation.Bw);
        using var weighted = lightness * alpha;
        var isLight = alpha.Avg() > 0 && weighted.Avg() / alpha.Avg() > LightInk;
        return pixels.Flatten(background: (isLight ? Dark : White)[..colors]);
    }

    private static byte[] Png(Image pixels, bool palette) =>
        pixels.PngsaveBuffer(compression: 9, palette: palette, bitdepth: 8, keep: Enums.ForeignKeep.None);

    private async Task<PhotoRendition> StoreAsync(Encoded encoded, CancellationToken cancel) => new(
        await media.StoreAsync(encoded.Bytes, encoded.Width, encoded.Extension, cancel), encoded.Width, encoded.Height,
            encoded.Bytes.Length);

    private static async Task<byte[]?> ReadAsync(Stream picture, CancellationToken cancel)
    {
        if (picture is { CanSeek: true, Position: 0, Length: <= MostBytes })
        {
            var whole = new byte[picture.Length];
            await picture.ReadExactlyAsync(whole, cancel);
            return whole;
        }
        using var all = new MemoryStream();
        var buffer = new byte[81920];
        for (int read; (read = await picture.ReadAsync(buffer, cancel)) > 0;)
        {
            if (all.Length + read > MostBytes)
                return null;
            all.Write(buffer, 0, read);
        }
        return all.ToArray();
    }

    private sealed record Encoded(byte[] Bytes, string Extension, int Width, int Height)
    {
        /// <summary>Returns the picture as WebP, or null if that isn't worth a second file.</summary>
        public Encoded? WebP { get; init; }
    }

    // The library takes some 10 MiB, so it is loaded with the first picture.
    private static class Libvips
    {
        // libvips writes every oddity in a picture to stderr, but reports real faults as exceptions.
        private static readonly Log.LogDelegate Silence = (_, _, _) => { };

        static Libvips()
        {
            Log.SetLogHandler("VIPS", Enums.LogLevelFlags.Warning, Silence);
            NetVips.NetVips.BlockUntrusted = true; // disables loaders that libvips considers unsafe
            Cache.Max = 0; // no picture is processed twice
        }

        public static void Load()
        {
            // Nothing to do: the first call runs the static constructor.
        }
    }
}
