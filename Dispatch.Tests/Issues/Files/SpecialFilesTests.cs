using Dispatch.Tests.Support;
using Dispatch.Tests.Support.Servers;
using Dispatch.Worker.Issues.Files;

namespace Dispatch.Tests.Issues.Files;

/// <summary>Pipes, devices and extreme front matter.</summary>
[TestFixture]
public class SpecialFilesTests
{
    private const string Head = "---\nsubject: A road\n---\n\n";

    private TemporaryFolder folder = null!;

    [SetUp]
    public void LayOut() => folder = new TemporaryFolder();

    [TearDown]
    public void ClearAway() => folder.Dispose();

    [Test]
    public async Task A_pipe_or_a_device_is_no_issue()
    {
        TestProcess.Run("mkfifo", folder["issue.md"]);
        File.CreateSymbolicLink(folder["zero.md"], "/dev/zero");
        Assert.That(await FaultsAsync("issue.md"), Is.EqualTo(new[] { "issue.md: this is a pipe or a device, not a file." }));
        Assert.That(await FaultsAsync("zero.md"), Is.EqualTo(new[] { "zero.md: this is a pipe or a device, not a file." }));
    }

    [Test]
    public async Task A_pipe_is_no_picture()
    {
        Directory.CreateDirectory(folder["photos"]);
        TestProcess.Run("mkfifo", folder["photos/road.jpg"]);
        await File.WriteAllTextAsync(folder["issue.md"], $"{Head}![A road](photos/road.jpg)\n");
        Assert.That(await FaultsAsync("issue.md"),
            Is.EqualTo(new[] { "issue.md:5: 'photos/road.jpg' is a pipe or a device, not a picture." }));
    }

    [Test]
    public async Task A_link_to_a_file_is_a_file()
    {
        await File.WriteAllTextAsync(folder["real.md"], $"{Head}Text.\n");
        File.CreateSymbolicLink(folder["link.md"], folder["real.md"]);
        Assert.That(await IssueFile.ReadAsync(folder["link.md"]), Is.InstanceOf<IssueFileReading.Read>());
    }

    [TestCase("{a: "), TestCase("["), TestCase("- "), TestCase("? ")]
    public async Task Front_matter_nested_without_end_is_a_fault(string level)
    {
        await File.WriteAllTextAsync(folder["issue.md"],
            $"---\nsubject: A road\nbyline: {string.Concat(Enumerable.Repeat(level, 4000))}\n---\n\nText.\n");
        var faults = await FaultsAsync("issue.md");
        Assert.That(faults, Has.Length.EqualTo(1));
        Assert.That(faults[0], Does.Match("^issue.md:[2-4]: "));
    }

    [Test]
    public async Task Front_matter_as_long_as_a_book_is_a_fault()
    {
        await File.WriteAllTextAsync(folder["issue.md"],
            $"---\nsubject: A road\nbyline: {string.Concat(Enumerable.Repeat("{a: ", 20_000))}\n---\n\nText.\n");
        Assert.That(await FaultsAsync("issue.md"),
            Is.EqualTo(new[] { "issue.md:1: the front matter is longer than 20,000 characters; it holds a few lines 'key: text'." }));
    }

    [Test]
    public async Task A_body_nested_too_deeply_is_told_by_its_line_in_the_file()
    {
        await File.WriteAllTextAsync(folder["issue.md"], $"{Head}First.\n\n{new string('>', 130)} x\n");
        Assert.That(await FaultsAsync("issue.md"), Has.Exactly(1)
            .StartsWith("issue.md:7: quotes, lists, emphasis or brackets are nested too deeply"));
    }

    private async Task<string[]> FaultsAsync(string name) =>
        [.. ((IssueFileReading.Refused)await IssueFile.ReadAsync(folder[name]).WaitAsync(TimeSpan.FromSeconds(30))).Faults.Select(fault =>
            fault.ToString())];
}
