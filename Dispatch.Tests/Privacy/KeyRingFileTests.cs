using System.Collections.Concurrent;
using Dispatch.Tests.Support;
using Dispatch.Worker.Privacy;

namespace Dispatch.Tests.Privacy;

[TestFixture]
public class KeyRingFileTests
{
    private TemporaryFolder folder = null!;
    private string path = null!;

    [SetUp]
    public void MakeFolder()
    {
        folder = new();
        path = Path.Combine(folder.Path, "keys", "readers.json");
    }

    [TearDown]
    public void RemoveFolder() => folder.Dispose();

    [Test]
    public void The_first_start_makes_the_file_for_its_owner_alone()
    {
        var ring = KeyRing.LoadOrCreate(path);
        Assert.That(ring.Path, Is.EqualTo(path));
        if (OperatingSystem.IsWindows())
            return;
        Assert.That(File.GetUnixFileMode(path), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite));
        Assert.That(File.GetUnixFileMode(Path.GetDirectoryName(path)!),
            Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute));
        Assert.That(ring.IsReadableByOthers, Is.False);
    }

    [Test]
    public void The_next_start_reads_the_same_ring()
    {
        var first = KeyRing.LoadOrCreate(path);
        var next = KeyRing.LoadOrCreate(path);
        Assert.That(next.Fingerprint, Is.EqualTo(first.Fingerprint));
        Assert.That(next.Open(first.Seal("ana@example.com", "x"), "x"), Is.EqualTo("ana@example.com"));
    }

    [Test]
    public void Processes_that_start_at_once_get_the_same_ring()
    {
        var values = new ConcurrentBag<byte[]>();
        using var together = new Barrier(8);
        var starts = Enumerable.Range(0, 8).Select(_ => new Thread(() =>
        {
            together.SignalAndWait();
            values.Add(KeyRing.LoadOrCreate(path).Seal("ana", "x"));
        })).ToList();
        starts.ForEach(start => start.Start());
        starts.ForEach(start => start.Join());

        var ring = KeyRing.LoadOrCreate(path);
        Assert.That(values.Select(value => ring.Open(value, "x")), Is.EqualTo(Enumerable.Repeat("ana", 8)));
        Assert.That(Directory.GetFiles(folder.Path, "*.new", SearchOption.AllDirectories), Is.Empty);
    }

    [Test]
    public void A_key_added_by_one_process_is_picked_up_by_another()
    {
        var (one, other) = (KeyRing.LoadOrCreate(path), KeyRing.LoadOrCreate(path));
        one.AddKey();
        File.SetLastWriteTimeUtc(path, File.GetLastWriteTimeUtc(path).AddSeconds(1)); // some file systems store only whole seconds
        Assert.That(other.Open(one.Seal("ana@example.com", "x"), "x"), Is.EqualTo("ana@example.com"));
        Assert.That(other.CurrentId, Is.EqualTo(2));
        if (!OperatingSystem.IsWindows())
            Assert.That(one.IsReadableByOthers, Is.False);
    }

    [TestCase("", "it is not the JSON it should be")]
    [TestCase("{ \"version\": 1, \"current\": 1, \"ke", "it is not the JSON it should be")]
    [TestCase("null", "it is empty")]
    [TestCase("{}", "expected version 1, got 0")]
    [TestCase("{ \"version\": 1, \"current\": 1, \"keys\": [] }", "it holds no keys")]
    [TestCase("{ \"version\": 1, \"current\": 2, \"keys\": [{ \"id\": 1 }] }", "its current key, 2, is not among its keys")]
    [TestCase("{ \"version\": 1, \"current\": 1, \"keys\": [{ \"id\": 1, \"secret\": \"bm90IGEga2V5\" }] }",
        "key 1 is not 32 bytes of base64")]
    public void A_damaged_file_stops_the_start_and_says_what_to_do(string content, string fault)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
        var refused = Assert.Throws<KeyRingException>(() => KeyRing.LoadOrCreate(path));
        Assert.That(refused!.Message, Does.Contain(fault).And.Contain("Privacy:KeyFile").And.Contain(path).And.Contain("backup"));
        Assert.That(File.ReadAllText(path), Is.EqualTo(content), "a damaged ring must never be replaced by a new one");
    }

    [Test]
    public void One_wrong_letter_in_a_key_is_noticed_and_no_key_is_shown()
    {
        string content, secret;
        int at;
        do
        {
            if (File.Exists(path))
                File.Delete(path);
            KeyRing.LoadOrCreate(path);
            content = File.ReadAllText(path);
            at = content.IndexOf("\"secret\": \"", StringComparison.Ordinal) + 15;
            secret = content.Substring(at - 4, 44);
        }
        while (secret.Contains('\\')); // again if JSON escapes a '+', because the test changes a single letter
        File.WriteAllText(path, content[..at] + (content[at] == 'A' ? 'B' : 'A') + content[(at + 1)..]);

        var refused = Assert.Throws<KeyRingException>(() => KeyRing.LoadOrCreate(path));
        Assert.That(refused!.ToString(), Does.Contain("check value").And.Not.Contain(secret[10..20]));
    }

    [Test]
    public void A_folder_that_cannot_be_made_is_named()
    {
        File.WriteAllText(folder["keys"], "a file where the folder should be");
        var refused = Assert.Throws<KeyRingException>(() => KeyRing.LoadOrCreate(path));
        Assert.That(refused!.Message, Does.Contain("Privacy:KeyFile").And.Contain(folder["keys"]));
    }

    [TestCase("", "keys/readers.json")]
    [TestCase("elsewhere.json", "elsewhere.json")]
    [TestCase("/run/secrets/readers.json", "/run/secrets/readers.json")]
    public void The_setting_is_read_from_the_data_directory(string setting, string expected) =>
        Assert.That(new PrivacySettings { KeyFile = setting }.PathUnder(folder.Path),
            Is.EqualTo(Path.GetFullPath(Path.Combine(folder.Path, expected))));
}
