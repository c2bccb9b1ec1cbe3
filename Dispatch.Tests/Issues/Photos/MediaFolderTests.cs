using Dispatch.Tests.Support;
using Dispatch.Worker.Issues.Photos;
using Microsoft.Extensions.Time.Testing;

namespace Dispatch.Tests.Issues.Photos;

[TestFixture]
public class MediaFolderTests
{
    private TemporaryFolder _folder = null!;
    private MediaFolder _media = null!;

    [SetUp]
    public void SetUp()
    {
        _folder = new();
        _media = new(_folder["media"]);
    }

    [TearDown]
    public void TearDown() => _folder.Dispose();

    [Test]
    public async Task A_picture_is_named_after_its_content_and_stored_once()
    {
        var name = await _media.StoreAsync([1, 2, 3], 600, "jpg", default);
        Assert.That(name, Does.Match("^[a-z2-7]{26}-600\\.jpg$"));
        Assert.That(await _media.StoreAsync([1, 2, 3], 600, "jpg", default), Is.EqualTo(name));
        Assert.That(await _media.StoreAsync([1, 2, 4], 600, "jpg", default), Is.Not.EqualTo(name));
        Assert.That(Directory.GetFiles(_folder["media"]), Has.Length.EqualTo(2), "and no temporary file is left");
        Assert.That(_media.Contains(name), Is.True);
        using var file = _media.Open(name);
        Assert.That(file!.Length, Is.EqualTo(3));
    }

    [Test]
    public async Task A_picture_that_is_set_aside_is_found_by_nobody_until_it_is_put_back()
    {
        var name = await _media.StoreAsync([1, 2, 3], 600, "jpg", default);
        Assert.That((_media.SetAside(name), _media.SetAside(name)), Is.EqualTo((true, false)), "it is there once");
        Assert.That((_media.Contains(name), _media.Open(name)), Is.EqualTo((false, (FileStream?)null)));
        _media.Restore(name);
        Assert.That(_media.Contains(name), Is.True);
        _media.SetAside(name);
        Assert.That(await _media.StoreAsync([1, 2, 3], 600, "jpg", default), Is.EqualTo(name), "whoever adds it meanwhile stores it again");
        _media.Delete(name);
        Assert.That(_media.Contains(name), Is.True, "and keeps it");
        Assert.That(_media.SetAside("../secret.jpg"), Is.False);
    }

    [Test]
    public async Task A_picture_that_is_stored_again_counts_as_new()
    {
        var clock = new FakeTimeProvider(DispatchTest.Start);
        var media = new MediaFolder(_folder["media"], clock);
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
        File.WriteAllText(_folder["secret.jpg"], "secret");
        Assert.That(_media.Open(name), Is.Null);
        Assert.That(_media.Contains(name), Is.False);
    }

    [Test]
    public async Task A_full_or_forbidden_disk_leaves_nothing_behind()
    {
        File.WriteAllText(_folder["media"], "a file where the folder should be");
        await Assert.ThrowsAsync<IOException>(() => _media.StoreAsync([1], 600, "jpg", default));
        Assert.That(Directory.GetFiles(_folder.Path), Has.Length.EqualTo(1));
    }
}
