using Dispatch.Tests.Support;
using Dispatch.Worker.Issues.Photos;
using NetVips;

namespace Dispatch.Tests.Issues.Photos;

/// <summary>Small files that would take minutes or all available memory.</summary>
[TestFixture]
public class PictureBombTests
{
    [TestCase(101), TestCase(1000)]
    public async Task A_photo_of_more_scans_than_anybody_makes_is_refused_before_it_is_decoded(int scans)
    {
        using var folder = new TemporaryFolder();
        using var studio = new PhotoStudio(new MediaFolder(folder.Path));
        var refused = await studio.TakeInAsync(WithScans(4000, scans), CancellationToken.None);
        Assert.That(refused, Is.InstanceOf<PhotoOutcome.Refused>().With.Property("Fault").Contains("more layers"),
            "said of the file, not of what came out of it");
    }

    [Test]
    public async Task An_ordinary_progressive_photo_and_one_with_a_small_one_in_its_metadata_are_taken()
    {
        using var folder = new TemporaryFolder();
        using var studio = new PhotoStudio(new MediaFolder(folder.Path));
        Assert.That(await studio.TakeInAsync(WithScans(400, 0), CancellationToken.None), Is.InstanceOf<PhotoOutcome.Taken>());
        var photo = WithScans(400, 0);
        // Metadata (a JPEG APP1 segment) full of bytes that look like scans.
        byte[] embedded = [0xFF, 0xE1, 0xFF, 0x00, .. Enumerable.Repeat<byte[]>([0xFF, 0xDA], 0x7F7F).SelectMany(pair => pair)];
        Assert.That(await studio.TakeInAsync([.. photo[..2], .. embedded, .. photo[2..]], CancellationToken.None),
            Is.InstanceOf<PhotoOutcome.Taken>());
    }

    [TestCase(10000, 10000, 4, Enums.BandFormat.Ushort, TestName = "Sixteen bits and transparency make 800 MB of a hundred million pixels")]
    [TestCase(9000, 9000, 4, Enums.BandFormat.Uchar, TestName = "Transparency alone makes 324 MB of eighty-one million pixels")]
    [TestCase(8000, 8000, 3, Enums.BandFormat.Ushort, TestName = "Sixteen bits alone make 384 MB of sixty-four million pixels")]
    public async Task A_picture_is_measured_by_the_bytes_it_takes(int width, int height, int bands, Enums.BandFormat format)
    {
        using var folder = new TemporaryFolder();
        using var studio = new PhotoStudio(new MediaFolder(folder.Path));
        using var picture = Image.Black(width, height, bands: bands).Cast(format);
        using var colored = picture.Copy(interpretation: format is Enums.BandFormat.Ushort ? Enums.Interpretation.Rgb16
            : Enums.Interpretation.Srgb);
        var refused = await studio.TakeInAsync(colored.PngsaveBuffer(compression: 1), CancellationToken.None);
        Assert.That(refused, Is.InstanceOf<PhotoOutcome.Refused>().With.Property("Fault").Contains($"{width} by {height} pixels"));
    }

    [Test]
    public async Task A_picture_that_takes_too_long_is_given_up_and_the_next_one_is_taken()
    {
        using var folder = new TemporaryFolder();
        using var picture = Image.Gaussnoise(5000, 5000).Cast(Enums.BandFormat.Uchar);
        var slow = picture.PngsaveBuffer(compression: 1);
        using var studio = new PhotoStudio(new MediaFolder(folder.Path)) { Patience = TimeSpan.FromMilliseconds(1) };
        Assert.That(await studio.TakeInAsync(slow, CancellationToken.None), Is.InstanceOf<PhotoOutcome.Refused>().With.Property("Fault")
            .Contains("takes too long"));
        using var patient = new PhotoStudio(new MediaFolder(folder.Path));
        Assert.That(await patient.TakeInAsync(slow, CancellationToken.None), Is.InstanceOf<PhotoOutcome.Taken>());
    }

    // Returns a progressive photo whose last scan is repeated.
    private static byte[] WithScans(int side, int more)
    {
        using var picture = Image.Black(side, side, bands: 3).Copy(interpretation: Enums.Interpretation.Srgb);
        var file = picture.JpegsaveBuffer(interlace: true);
        var scan = file.AsSpan().LastIndexOf((ReadOnlySpan<byte>)[0xFF, 0xDA]);
        byte[] last = [.. file[scan..^2]];
        return [.. file[..^2], .. Enumerable.Repeat(last, more).SelectMany(bytes => bytes), .. file[^2..]];
    }
}
