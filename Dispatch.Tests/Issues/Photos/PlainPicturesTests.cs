using Dispatch.Tests.Support;
using Dispatch.Tests.Support.Samples;
using Dispatch.Worker.Issues.Photos;
using NetVips;

namespace Dispatch.Tests.Issues.Photos;

/// <summary>A picture that was exported and comes back is not encoded once more, and nothing else is kept as it is.</summary>
public class PlainPicturesTests
{
    [Test]
    public async Task A_picture_of_ours_keeps_its_bytes_when_it_comes_back()
    {
        using var folder = new TemporaryFolder();
        using var studio = new PhotoStudio(new MediaFolder(folder.Path));
        foreach (var picture in new[] { Pictures.Jpeg(7), Pictures.Png(300, 200), Noise().JpegsaveBuffer(), Noise().PngsaveBuffer(),
            Animation() })
        {
            var first = (PhotoOutcome.Taken)await studio.TakeInAsync(picture, CancellationToken.None);
            var again = (PhotoOutcome.Taken)await studio.TakeInAsync(
                await File.ReadAllBytesAsync(folder[first.Wide.Name]), CancellationToken.None);
            Assert.That(again.Wide, Is.EqualTo(first.Wide));
        }
    }

    [Test]
    public void A_picture_with_anything_but_pixels_is_not_plain()
    {
        var jpeg = Noise().JpegsaveBuffer(interlace: true, keep: Enums.ForeignKeep.None);
        Assert.That(PlainPictures.Is(jpeg));
        byte[] comment = [0xFF, 0xFE, 0, 6, .. "here"u8];
        byte[] position = [0xFF, 0xE1, 0, 12, .. "Exif\0\0here"u8];
        byte[] jfif = [0xFF, 0xE0, 0, 16, .. "JFIF\0"u8, 1, 1, 0, 0, 1, 0, 1, 0, 0];
        byte[] thumbnail = [.. jfif[..^2], 1, 0];
        Assert.That(PlainPictures.Is([.. jpeg[..2], .. jfif, .. jpeg[2..]]));
        foreach (var other in new[]
        {
            [.. jpeg[..2], .. comment, .. jpeg[2..]], [.. jpeg, 0], [.. jpeg[..^2], .. comment, .. jpeg[^2..]], jpeg[..^2],
            Noise().JpegsaveBuffer(), [.. jpeg[..2], .. position, .. jpeg[2..]], [.. jpeg[..2], .. thumbnail, .. jpeg[2..]],
        })
            Assert.That(PlainPictures.Is(other), Is.False);
        var png = Noise().PngsaveBuffer(keep: Enums.ForeignKeep.None);
        Assert.That(PlainPictures.Is(png));
        byte[] text = [0, 0, 0, 4, .. "tEXt"u8, .. "here"u8, 0, 0, 0, 0];
        foreach (var other in new[]
        {
            [.. png[..33], .. text, .. png[33..]], [.. png, .. text], png[..^4], Image.Black(9, 9, bands: 4).PngsaveBuffer(),
            Image.Black(9, 9).Cast(Enums.BandFormat.Ushort).PngsaveBuffer(bitdepth: 16),
        })
            Assert.That(PlainPictures.Is(other), Is.False);
    }

    private static Image Noise() => Image.Gaussnoise(640, 480, mean: 128, sigma: 40, seed: 7).Cast(Enums.BandFormat.Uchar);

    private static byte[] Animation()
    {
        using var frames = Image.Arrayjoin([Image.Black(60, 40), Image.Black(60, 40) + 200.0], across: 1).Cast(Enums.BandFormat.Uchar);
        return frames.Mutate(m => m.Set(GValue.GIntType, "page-height", 40)).GifsaveBuffer();
    }
}
