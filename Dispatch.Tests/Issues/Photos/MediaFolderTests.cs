using Dispatch.Tests.Support;
using Dispatch.Worker.Issues.Photos;
using Microsoft.Extensions.Time.Testing;

namespace Dispatch.Tests.Issues.Photos;

[TestFixture]
public class MediaFolderTests
{
    private TemporaryFolder folder = null!;
    private MediaFolder media = null!;

    [SetUp]
    public void SetUp()
    {
        folder = new();
        media = new(folder["media"]);
    }

    [TearDown]
    public void TearDown() => folder.Dispose();

    [Test]
    public async Task A_picture_is_named_after_its_content_and_stored_once()
    {
        var name = await media.StoreAsync([1, 2, 3], 600, "jpg", default);
        Assert.That(name, Does.Match("^[a-z2-7]{26}-600\\.jpg$"));
        Assert.That(await media.StoreAsync([1, 2, 3], 600, "jpg", default), Is.EqualTo(name));
        Assert.That(await media.StoreAsync([1, 2, 4], 600, "jpg", default), Is.Not.EqualTo(name));
        Assert.That(Directory.GetFiles(folder["media"]), Has.Length.EqualTo(2), "and no temporary file is left");
        Assert.That(media.Contains(name), Is.True);
        using var file = media.Open(name);
        Assert.That(file!.Length, Is.EqualTo(3));
    }

    [Test]
    public async Task A_picture_that_is_set_aside_is_found_by_nobody_until_it_is_put_back()
    {
        var name = await media.StoreAsync([1, 2, 3], 600, "jpg", default);
        Assert.That((media.SetAside(name), media.SetAside(name)), Is.EqualTo((true, false)), "it is there once");
        Assert.That((media.Contains(name), media.Open(name)), Is.EqualTo((false, (FileStream?)null)));
        media.Restore(name);
        Assert.That(media.Contains(name), Is.True);
        media.SetAside(name);
        Assert.That(await media.StoreAsync([1, 2, 3], 600, "jpg", default), Is.EqualTo(name), "whoever adds it meanwhile stores it again");
        media.Delete(name);
        Assert.That(media.Contains(name), Is.True, "and keeps it");
        Assert.That(media.SetAside("../secret.jpg"), Is.False);
    }

    [Test]
    public async Task A_picture_that_is_stored_again_counts_as_new()
    {
        var clock = new FakeTimeProvider(DispatchTest.Start);
        var media = new MediaFolder(folder["media"], clock);
        var name = await media.StoreAsync([1, 2, 3], 600, "jpg", default);
        clock.Advance(TimeSpan.FromDays(1));
        Assert.That(media.StoredBefore(clock.GetUtcNow()), Is.EqualTo(new[] { name }));
        await media.StoreAsync([1, 2, 3], 600, "jpg", default);
        Assert.That(media.StoredBefore(clock.GetUtcNow()), Is.Empty, "its issue is about to be saved");
    }

    [TestCase("../secret.jpg")]
    [TestCase("..%2fsecret.jpg")]
    [TestCase("/etc/passwd")]
    [TestCase("")]
    [TestCase("aaaaaaaaaaaaaaaaaaaaaaaaaa-600.jpg/../../secret.jpg")]
    [TestCase("aaaaaaaaaaaaaaaaaaaaaaaaaa-600.jpg\n")]
    [TestCase("aaaaaaaaaaaaaaaaaaaaaaaaaa-600.jpg")]
    [TestCase(".aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.new")]
    public void Nothing_else_is_found_by_any_name(string name)
    {
        File.WriteAllText(folder["secret.jpg"], "secret");
        Assert.That(media.Open(name), Is.Null);
        Assert.That(media.Contains(name), Is.False);
    }

    [Test]
    public async Task A_full_or_forbidden_disk_leaves_nothing_behind()
    {
        File.WriteAllText(folder["media"], "a file where the folder should be");
        await Assert.ThrowsAsync<IOException>(() => media.StoreAsync([1], 600, "jpg", default));
        Assert.That(Directory.GetFiles(folder.Path), Has.Length.EqualTo(1));
    }
}
