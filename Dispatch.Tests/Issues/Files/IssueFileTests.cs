using System.Text;
using Dispatch.Tests.Support;
using Dispatch.Worker.Issues;
using Dispatch.Worker.Issues.Content;
using Dispatch.Worker.Issues.Files;

namespace Dispatch.Tests.Issues.Files;

[TestFixture]
public class IssueFileTests
{
    private const string Whole = """
        ---
        newsletter: rivers
        subject: "Rivers: a report"
        preheader: What the water carries
        slug: rivers-a-report
        byline: Ana Novak
        slot: 2026-12-02
        ---

        ## A headline

        ![A boat](photos/boat.jpg "A boat | Ana Novak")

        Text, and the boat once more: ![A boat](photos/boat.jpg)
        """;

    private TemporaryFolder folder = null!;

    [SetUp]
    public void MakeFolder()
    {
        folder = new();
        Directory.CreateDirectory(folder["photos"]);
        File.WriteAllText(folder["photos/boat.jpg"], "a picture");
    }

    [TearDown]
    public void RemoveFolder() => folder.Dispose();

    [Test]
    public async Task A_file_gives_all_that_an_issue_needs()
    {
        var file = await Read(Whole);
        Assert.That(file.Newsletter, Is.EqualTo("rivers"));
        Assert.That(file.Slot, Is.EqualTo(new SlotChoice(new DateOnly(2026, 12, 2))));
        Assert.That(file.Text with { Body = "" },
            Is.EqualTo(new IssueText("Rivers: a report", "What the water carries", "Ana Novak", "rivers-a-report", "")));
        Assert.That(file.Text.Body, Does.StartWith("\n## A headline\n"));
        Assert.That(file.FirstBodyLine, Is.EqualTo(9));
        Assert.That(file.Photos, Is.EqualTo(new[] { new IssueFilePhoto("photos/boat.jpg", folder["photos/boat.jpg"], 12) }));
    }

    [Test]
    public async Task A_subject_and_a_text_are_enough()
    {
        var file = await Read("---\nsubject: Rivers in winter\n---\nText\n");
        Assert.That((file.Newsletter, file.Slot), Is.EqualTo(((string?)null, (SlotChoice?)null)));
        Assert.That(file.Text.Slug, Is.EqualTo("rivers-in-winter"));
        Assert.That(file.Photos, Is.Empty);
    }

    [TestCase("\r\n", false)]
    [TestCase("\n", true)]
    public async Task A_file_from_Windows_reads_the_same(string lineEnd, bool mark)
    {
        await File.WriteAllTextAsync(folder["issue.md"], Whole.ReplaceLineEndings(lineEnd),
            new UTF8Encoding(encoderShouldEmitUTF8Identifier: mark));
        var reading = await IssueFile.ReadAsync(folder["issue.md"]);
        Assert.That(((IssueFileReading.Read)reading).File.Text, Is.EqualTo((await Read(Whole)).Text));
    }

    [Test]
    public async Task The_next_slot_can_be_asked_for() =>
        Assert.That((await Read("---\nsubject: Rivers\nslot: next\n---\nText")).Slot, Is.EqualTo(SlotChoice.Next));

    [TestCase("Text without a head", "issue.md:1: front matter is expected")]
    [TestCase("---\nsubject: Rivers\nText", "issue.md:1: the front matter begins with --- here")]
    [TestCase("---\nslug: rivers\n---\nText", "issue.md:1: there is no subject.")]
    [TestCase("---\nsubject:\n---\nText", "issue.md:2: an issue needs a subject.")]
    [TestCase("---\nslug: rivers\nsubject: Rivers: a report\n---\nText", "issue.md:3: this is not YAML")]
    [TestCase("---\nsubject: \"Rivers\n---\nText", "issue.md:2: this is not YAML")]
    [TestCase("---\nsubject: [unclosed\nslug\n---\nText", "issue.md:2: this is not YAML")]
    [TestCase("---\nsubject: Rivers\nsubject: Lakes\n---\nText", "issue.md:3: this is not YAML")]
    [TestCase("---\n- Rivers\n---\nText", "issue.md:2: the front matter is not made of lines 'key: text'.")]
    [TestCase("---\nsubject: Rivers\ntitle: Rivers\n---\nText",
        "issue.md:3: 'title' is not known here; known are newsletter, subject, preheader, slug, byline, picture, slot.")]
    [TestCase("---\nsubject: Rivers\nbyline: [Ana, Eva]\n---\nText", "issue.md:3: byline is one line of text, not a list.")]
    [TestCase("---\nsubject: |\n  Rivers\n  Lakes\n---\nText", "issue.md:2: a subject is one line.")]
    [TestCase("---\nsubject: Rivers\nslug: Rivers & Lakes\n---\nText", "issue.md:3: a URL slug has only")]
    [TestCase("---\nsubject: Rivers\nslot: 2 December\n---\nText",
        "issue.md:3: the slot must be a date such as 2026-12-02, or the word next.")]
    [TestCase("---\nsubject: Rivers\nslot: 2026-02-30\n---\nText", "issue.md:3: the slot must be a date")]
    [TestCase("---\nsubject: Rivers\nnewsletter: Our Rivers\n---\nText", "issue.md:3: the newsletter is named by")]
    [TestCase("---\nsubject: Rivers\n---\n\n", "issue.md:4: there is no text below the front matter.")]
    [TestCase("---\nsubject: Rivers\n---\n\n![A lake](photos/lake.jpg)", "issue.md:5: the photo 'photos/lake.jpg' is not there.")]
    [TestCase("---\nsubject: Rivers\n---\nText\n\n![A boat](photos/Boat.JPG)",
        "issue.md:6: the photo 'photos/Boat.JPG' is not there, but 'photos/boat.jpg' is: letter case counts.")]
    [TestCase("---\nsubject: Rivers\n---\n![A boat](../boat.jpg)", "issue.md:4: '../boat.jpg' leads out of this file's folder.")]
    [TestCase("---\nsubject: Rivers\n---\n![A boat](/etc/hostname)", "issue.md:4: '/etc/hostname' leads out of this file's folder.")]
    [TestCase("---\nsubject: Rivers\n---\n![A boat](photos/%2e%2e/%2e%2e/boat.jpg)",
        "issue.md:4: 'photos/%2e%2e/%2e%2e/boat.jpg' leads out of this file's folder.")]
    [TestCase("---\nsubject: Rivers\n---\n![A boat](https://example.com/boat.jpg)", "issue.md:4: a picture from another site")]
    [TestCase("---\nsubject: Rivers\n---\n![A boat](photos\\boat.jpg)", "issue.md:4: 'photos\\boat.jpg' has a backslash")]
    [TestCase("---\nsubject: Rivers\n---\n![A boat]()", "issue.md:4: a picture has no file")]
    public async Task A_fault_is_named_with_its_line(string text, string fault) =>
        Assert.That((await Faults(text)).Select(one => one.ToString()), Has.Exactly(1).StartsWith(fault).And.Exactly(1).Items);

    [Test]
    public async Task A_subject_that_is_too_long_is_measured() =>
        Assert.That((await Faults($"---\nsubject: {new string('a', 151)}\n---\nText")).Single().Message, Does.Contain("151"));

    [Test]
    public async Task All_faults_are_told_at_once_in_the_order_of_their_lines()
    {
        var faults = await Faults("---\ntitle: Rivers\nslot: soon\nslug: A B\n---\n![A lake](photos/lake.jpg)\n\n![A sea](photos/sea.jpg)");
        Assert.That(faults.Select(fault => fault.Line), Is.EqualTo(new int?[] { 1, 2, 3, 4, 6, 8 }));
    }

    [Test]
    public async Task A_file_that_is_not_UTF_8_is_told_with_the_line()
    {
        await File.WriteAllBytesAsync(folder["issue.md"], [.. "---\nsubject: Rivers\nbyline: "u8, 0xC1, .. "na\n---\nText"u8]);
        Assert.That(await Fault("issue.md"), Does.StartWith("issue.md:3: there is a character here that is not UTF-8."));
        await File.WriteAllTextAsync(folder["issue.md"], Whole, Encoding.Unicode);
        Assert.That(await Fault("issue.md"), Does.Contain("UTF-16"));
        await File.WriteAllBytesAsync(folder["issue.md"], [1, 0, 2]);
        Assert.That(await Fault("issue.md"), Does.Contain("not a text file"));
    }

    [Test]
    public async Task A_file_that_is_not_there_or_no_file_is_a_fault_and_no_exception()
    {
        Assert.That(await Fault("missing.md"), Is.EqualTo("missing.md: there is no such file."));
        Assert.That(await Fault("photos"), Does.StartWith("photos: this is a folder."));
    }

    [Test]
    public async Task A_link_to_another_file_of_the_machine_is_not_followed()
    {
        File.CreateSymbolicLink(folder["photos/link.jpg"], "/etc/hostname");
        Directory.CreateSymbolicLink(folder["pictures"], "/etc");
        var faults = await Faults("---\nsubject: Rivers\n---\n![A](photos/link.jpg)\n\n![B](pictures/hostname)");
        Assert.That(faults.Select(fault => fault.Message), Has.All.Contain("is a link to somewhere else"));
        Assert.That(faults, Has.Count.EqualTo(2));
    }

    [Test]
    public async Task A_name_with_a_space_or_an_accent_is_found()
    {
        File.WriteAllText(folder["photos/the r\u00EDver.jpg"], "a picture");
        var file = await Read("---\nsubject: Rivers\n---\n![A](photos/the%20r\u00EDver.jpg)\n\n![B](<photos/the r\u00EDver.jpg>)");
        Assert.That(file.Photos.Select(photo => photo.Path).Distinct(), Is.EqualTo(new[] { folder["photos/the r\u00EDver.jpg"] }));
    }

    [Test]
    public async Task The_sample_issue_reads_without_a_fault()
    {
        var path = Directory.GetFiles(Shared.Folder("issues"), "*.md").Single();
        var reading = await IssueFile.ReadAsync(path);
        Assert.That(reading, Is.InstanceOf<IssueFileReading.Read>(),
            string.Join('\n', (reading as IssueFileReading.Refused)?.Faults ?? []));
        var file = ((IssueFileReading.Read)reading).File;
        Assert.That(file.Photos, Has.Count.EqualTo(8));
        Assert.That(file.Slot, Is.EqualTo(new SlotChoice(new DateOnly(2021, 11, 17))));
        Assert.That((await File.ReadAllLinesAsync(path))[file.Photos[0].Line - 1], Does.Contain(file.Photos[0].FileName));
    }

    private async Task<IssueFile> Read(string text)
    {
        await File.WriteAllTextAsync(folder["issue.md"], text);
        var reading = await IssueFile.ReadAsync(folder["issue.md"]);
        Assert.That(reading, Is.InstanceOf<IssueFileReading.Read>(),
            string.Join('\n', (reading as IssueFileReading.Refused)?.Faults ?? []));
        return ((IssueFileReading.Read)reading).File;
    }

    private async Task<IReadOnlyList<IssueFileFault>> Faults(string text)
    {
        await File.WriteAllTextAsync(folder["issue.md"], text);
        return ((IssueFileReading.Refused)await IssueFile.ReadAsync(folder["issue.md"])).Faults;
    }

    private async Task<string> Fault(string name) =>
        ((IssueFileReading.Refused)await IssueFile.ReadAsync(folder[name])).Faults.Single().ToString();
}
