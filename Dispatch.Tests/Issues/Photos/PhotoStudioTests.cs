using System.Text;
using Dispatch.Tests.Support;
using Dispatch.Worker.Issues.Photos;
using NetVips;

namespace Dispatch.Tests.Issues.Photos;

[TestFixture]
public class PhotoStudioTests
{
    private TemporaryFolder folder = null!;
    private MediaFolder media = null!;
    private PhotoStudio studio = null!;

    [SetUp]
    public void SetUp()
    {
        folder = new();
        media = new(folder["media"]);
        studio = new(media);
    }

    [TearDown]
    public void TearDown()
    {
        studio.Dispose();
        folder.Dispose();
    }

    [Test]
    public async Task Every_sample_photo_loses_all_that_it_says_about_its_making()
    {
        foreach (var photo in Directory.GetFiles(Shared.Folder("issues/photos")))
        {
            await using var file = File.OpenRead(photo);
            var taken = (PhotoOutcome.Taken)await studio.TakeInAsync(file, default);
            foreach (var rendition in new[] { taken.Wide, taken.Narrow })
            {
                using var image = Image.NewFromBuffer(Bytes(rendition));
                Assert.That((image.Width, image.Height), Is.EqualTo((rendition.Width, rendition.Height)));
                Assert.That(image.GetFields().Where(IsTelling), Is.Empty, rendition.Name);
                Assert.That(MarkersOf(Bytes(rendition)), Is.SubsetOf(Harmless), rendition.Name);
            }
            Assert.That(taken.Wide.Width, Is.EqualTo(1200));
            Assert.That(taken.Narrow.Width, Is.EqualTo(600));
        }
    }

    [Test]
    public async Task A_picture_full_of_metadata_keeps_its_pixels_only()
    {
        using var picture = Plain(1500, 1000).Mutate(image =>
        {
            image.Set(GValue.GStrType, "exif-ifd0-Artist", "Somebody");
            image.Set(GValue.GStrType, "exif-ifd3-GPSLatitude", "50/1 5/1 0/1");
            image.Set(GValue.BlobType, "xmp-data", Encoding.UTF8.GetBytes("<x:xmpmeta>Somebody</x:xmpmeta>"));
            image.Set(GValue.BlobType, "iptc-data", Encoding.UTF8.GetBytes("Somebody"));
            image.Set(GValue.GStrType, "jpeg-comment", "Somebody");
        });
        foreach (var original in new[] { picture.JpegsaveBuffer(profile: "p3"), picture.PngsaveBuffer(profile: "p3"),
            picture.WebpsaveBuffer(profile: "p3") })
        {
            Assert.That(Encoding.Latin1.GetString(original), Does.Contain("Somebody"), "the test's own picture");
            var taken = await Taken(original);
            using var image = Image.NewFromBuffer(Bytes(taken.Wide));
            Assert.That(image.GetFields().Where(IsTelling), Is.Empty);
            Assert.That(Encoding.Latin1.GetString(Bytes(taken.Wide)),
                Does.Not.Contain("Somebody").And.Not.Contain("ICC_PROFILE").And.Not.Contain("iCCP"));
        }
    }

    // The number is Exif's orientation, which says how the camera was held.
    [TestCase(1)]
    [TestCase(2)]
    [TestCase(3)]
    [TestCase(4)]
    [TestCase(5)]
    [TestCase(6)]
    [TestCase(7)]
    [TestCase(8)]
    public async Task A_photo_is_turned_the_right_way_up(int orientation)
    {
        using var seen = Marked(800, 500);
        using var stored = orientation switch
        {
            2 => seen.FlipHor(),
            3 => seen.Rot180(),
            4 => seen.FlipVer(),
            5 => seen.Rot90().FlipHor(),
            6 => seen.Rot270(),
            7 => seen.Rot90().FlipVer(),
            8 => seen.Rot90(),
            _ => seen.Copy(),
        };
        using var tagged = stored.Mutate(image => image.Set(GValue.GIntType, "orientation", orientation));
        var taken = await Taken(tagged.JpegsaveBuffer(q: 95));

        Assert.That((taken.Wide.Width, taken.Wide.Height), Is.EqualTo((800, 500)));
        using var result = Image.NewFromBuffer(Bytes(taken.Wide));
        Assert.That(result.Getpoint(40, 40)[0], Is.GreaterThan(200), "upper left is red");
        Assert.That(result.Getpoint(760, 40)[0], Is.LessThan(60), "upper right is not");
        Assert.That(result.Getpoint(40, 460)[0], Is.LessThan(60), "lower left is not");
    }

    [TestCase(300, 200, 300, 300, Description = "nothing is enlarged")]
    [TestCase(900, 600, 900, 600)]
    [TestCase(3000, 2000, 1200, 600)]
    [TestCase(1000, 20000, 120, 60, Description = "a scroll is held to twice the width of the column")]
    [TestCase(400, 4000, 240, 120)]
    public async Task A_picture_comes_in_two_widths(int width, int height, int wide, int narrow)
    {
        using var picture = Plain(width, height);
        var taken = await Taken(picture.JpegsaveBuffer());
        Assert.That((taken.Wide.Width, taken.Narrow.Width), Is.EqualTo((wide, narrow)));
    }

    [Test]
    public async Task A_chart_and_a_logo_stay_sharp_but_a_photo_becomes_a_JPEG()
    {
        using var chart = Marked(1000, 600);
        using var logo = chart.Bandjoin(Image.Black(1000, 600) + 100).Cast(Enums.BandFormat.Uchar)
            .Copy(interpretation: Enums.Interpretation.Srgb);
        using var photo = Noise(1000, 600);
        Assert.That((await Taken(chart.PngsaveBuffer())).Wide.Name, Does.EndWith("-1000.png"));
        Assert.That((await Taken(chart.GifsaveBuffer())).Wide.Name, Does.EndWith("-1000.png"));
        Assert.That((await Taken(logo.PngsaveBuffer())).Wide.Name, Does.EndWith("-1000.png"));
        Assert.That((await Taken(logo.WebpsaveBuffer())).Wide.Name, Does.EndWith("-1000.png"));
        Assert.That((await Taken(photo.PngsaveBuffer())).Wide.Name, Does.EndWith("-1000.jpg"));
        Assert.That((await Taken(photo.WebpsaveBuffer(effort: 0))).Wide.Name, Does.EndWith("-1000.jpg"));
    }

    [TestCase(0, 255, Description = "the lines of a chart, on white")]
    [TestCase(150, 255, Description = "gray")]
    [TestCase(255, 27, Description = "a white logo, on the color of our text")]
    public async Task Ink_on_a_transparent_ground_is_legible_by_day_and_in_the_dark(int ink, int ground)
    {
        using var line = Image.Black(100, 100).Mutate(image => image.DrawRect([255], 40, 0, 20, 100, fill: true));
        using var picture = (Image.Black(100, 100, bands: 3) + (double)ink).Cast(Enums.BandFormat.Uchar).Bandjoin(line)
            .Copy(interpretation: Enums.Interpretation.Srgb);
        foreach (var original in new[] { picture.PngsaveBuffer(), picture.WebpsaveBuffer(lossless: true) })
        {
            using var result = Image.NewFromBuffer(Bytes((await Taken(original)).Wide));
            Assert.That(result.HasAlpha(), Is.False);
            Assert.That((result.Getpoint(50, 50)[0], result.Getpoint(5, 5)[0]), Is.EqualTo(((double)ink, (double)ground)));
        }
    }

    [Test]
    public async Task An_animated_GIF_stays_animated()
    {
        using var frames = Image.Arrayjoin([Plain(800, 400), Marked(800, 400), Plain(800, 400)], across: 1)
            .Mutate(image => image.Set(GValue.GIntType, "page-height", 400));
        var taken = await Taken(frames.GifsaveBuffer());
        using var narrow = Image.NewFromBuffer(Bytes(taken.Narrow), "[n=-1]");
        Assert.That((taken.Wide.Name, taken.Wide.Height), Is.EqualTo((Path.GetFileName(taken.Wide.Name), 400)));
        Assert.That(taken.Wide.Name, Does.EndWith("-800.gif"));
        Assert.That(((int)narrow.Get("n-pages"), (int)narrow.Get("page-height"), narrow.Width), Is.EqualTo((3, 300, 600)));
    }

    [Test]
    public async Task An_animated_WebP_is_refused_because_it_would_stand_still()
    {
        using var frames = Image.Arrayjoin([Plain(80, 40), Marked(80, 40)], across: 1)
            .Mutate(image => image.Set(GValue.GIntType, "page-height", 40));
        Assert.That(await Fault(frames.WebpsaveBuffer()), Does.Contain("animated WebP"));
    }

    [Test]
    public void An_AVIF_whose_first_brand_is_its_container_is_no_HEIC()
    {
        byte[] file = [0, 0, 0, 28, .. "ftypmif1"u8, 0, 0, 0, 0, .. "mif1miafavif"u8, 0, 0, 0, 0];
        Assert.That(PhotoFormats.Of(file), Is.EqualTo(PhotoFormat.Avif));
        Assert.That(PhotoFormats.Of([0, 0, 0, 24, .. "ftypmif1"u8, 0, 0, 0, 0, .. "mif1heic"u8, .. "avif"u8]), Is.EqualTo(PhotoFormat.Heic),
            "what follows the brands is none");
    }

    [Test]
    public async Task Wide_colors_and_printers_colors_become_those_of_the_web()
    {
        using var red = Marked(200, 200);
        using var cmyk = red.IccExport(outputProfile: "cmyk");
        var (fromPrint, fromWide) = (await Taken(cmyk.JpegsaveBuffer(q: 95)), await Taken(red.PngsaveBuffer(bitdepth: 16)));
        using var web = Image.NewFromBuffer(Bytes(fromPrint.Wide));
        Assert.That((web.Bands, web.Interpretation), Is.EqualTo((3, Enums.Interpretation.Srgb)));
        Assert.That(web.Getpoint(20, 20)[0], Is.GreaterThan(180));
        using var eightBit = Image.NewFromBuffer(Bytes(fromWide.Wide));
        Assert.That(eightBit.Format, Is.EqualTo(Enums.BandFormat.Uchar));
    }

    [Test]
    public async Task What_is_no_picture_is_refused_with_a_reason()
    {
        Assert.That(await Fault([]), Does.Contain("empty"));
        Assert.That(await Fault("Hello"u8.ToArray()), Does.Contain("a picture we can read"));
        Assert.That(await Fault("<svg xmlns='http://www.w3.org/2000/svg'/>"u8.ToArray()), Does.Contain("SVG"));
        Assert.That(await Fault("%PDF-1.7"u8.ToArray()), Does.Contain("PDF"));
        Assert.That(await Fault([0, 0, 0, 24, .. "ftypheic"u8, 0, 0, 0, 0]), Does.Contain("HEIC").And.Contain("JPEG"));
        Assert.That(await Fault([0xFF, 0xD8, 0xFF, 0xE0, 1, 2, 3]), Does.Contain("damaged"));
        Assert.That(Directory.Exists(folder["media"]), Is.False, "nothing was stored");
    }

    [Test]
    public async Task A_picture_that_was_cut_off_is_refused()
    {
        using var photo = Noise(1500, 900);
        foreach (var whole in new[] { photo.JpegsaveBuffer(), photo.JpegsaveBuffer(interlace: true), photo.PngsaveBuffer(),
            photo.WebpsaveBuffer(effort: 0) })
            Assert.That(await Fault(whole[..(whole.Length / 2)]), Does.Contain("incomplete"));
    }

    [Test]
    public async Task A_small_file_that_claims_a_huge_picture_is_refused_by_its_header()
    {
        using var huge = Image.Black(20_000, 20_000);
        Assert.That(await Fault(huge.PngsaveBuffer(compression: 1)), Does.Contain("20000 by 20000"));
    }

    [Test]
    public async Task A_file_of_more_than_forty_megabytes_is_not_read_to_its_end()
    {
        await using var file = new FileStream(folder["long"], FileMode.CreateNew);
        file.SetLength(200L * 1024 * 1024);
        Assert.That(((PhotoOutcome.Refused)await studio.TakeInAsync(file, default)).Fault, Does.Contain("40 MB"));
        Assert.That(file.Position, Is.LessThan(41L * 1024 * 1024));
    }

    private static readonly int[] Harmless = [0xE0, 0xDB, 0xC2, 0xC4, 0xDA]; // JFIF, tables, progressive frame, scans

    private static bool IsTelling(string field) =>
        field.StartsWith("exif", StringComparison.Ordinal) || field.Contains("xmp", StringComparison.Ordinal)
        || field.Contains("iptc", StringComparison.Ordinal) || field.Contains("icc", StringComparison.Ordinal)
        || field.Contains("comment", StringComparison.Ordinal);

    // Returns the markers of a JPEG's segments.
    private static List<int> MarkersOf(byte[] jpeg)
    {
        var markers = new List<int>();
        for (var at = 2; at + 4 <= jpeg.Length;)
        {
            if (jpeg[at] != 0xFF || jpeg[at + 1] is 0x00 or (>= 0xD0 and <= 0xD9) or 0xFF)
            {
                at++;
                continue;
            }
            markers.Add(jpeg[at + 1]);
            at += 2 + (jpeg[at + 2] << 8 | jpeg[at + 3]);
        }
        return [.. markers.Distinct()];
    }

    [Test]
    public async Task No_more_than_two_pictures_are_in_memory_at_a_time()
    {
        var goOn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var picture = Plain(80, 40);
        var files = Enumerable.Range(0, 6).Select(_ => new HeldFile(picture.PngsaveBuffer(), goOn.Task)).ToList();
        var outcomes = files.Select(file => studio.TakeInAsync(file, default)).ToList();
        Assert.That(files.Count(file => file.IsRead), Is.EqualTo(2));
        goOn.SetResult();
        Assert.That(await Task.WhenAll(outcomes), Is.All.InstanceOf<PhotoOutcome.Taken>());
    }

    private sealed class HeldFile(byte[] content, Task goOn) : MemoryStream(content)
    {
        public bool IsRead { get; private set; }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            IsRead = true;
            await goOn;
            return await base.ReadAsync(buffer, cancellationToken);
        }
    }

    private async Task<PhotoOutcome.Taken> Taken(byte[] picture)
    {
        var outcome = await studio.TakeInAsync(picture, default);
        Assert.That(outcome, Is.InstanceOf<PhotoOutcome.Taken>(), (outcome as PhotoOutcome.Refused)?.Fault);
        return (PhotoOutcome.Taken)outcome;
    }

    private async Task<string> Fault(byte[] picture) => ((PhotoOutcome.Refused)await studio.TakeInAsync(picture, default)).Fault;

    private byte[] Bytes(PhotoRendition rendition)
    {
        using var file = media.Open(rendition.Name)!;
        var bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        Assert.That(bytes, Has.Length.EqualTo(rendition.Bytes));
        return bytes;
    }

    private static Image Plain(int width, int height) => (Image.Black(width, height, bands: 3) + new double[] { 90, 120, 60 })
        .Cast(Enums.BandFormat.Uchar).Copy(interpretation: Enums.Interpretation.Srgb);

    // A dark picture with a red field in the upper left corner.
    private static Image Marked(int width, int height)
    {
        using var dark = (Image.Black(width, height, bands: 3) + new double[] { 10, 10, 60 }).Cast(Enums.BandFormat.Uchar)
            .Copy(interpretation: Enums.Interpretation.Srgb);
        return dark.Mutate(image => image.DrawRect([240, 20, 20], 0, 0, width / 8, height / 8, fill: true));
    }

    private static Image Noise(int width, int height) => Image.Gaussnoise(width, height, sigma: 40, mean: 128)
        .Bandjoin(Image.Gaussnoise(width, height, sigma: 40, mean: 128), Image.Gaussnoise(width, height, sigma: 40, mean: 128))
        .Cast(Enums.BandFormat.Uchar).Copy(interpretation: Enums.Interpretation.Srgb);
}
