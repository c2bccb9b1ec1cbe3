using System.Text;
using Dispatch.Api.Hosting;
using Dispatch.Tests.Support;
using Dispatch.Worker.Audit;
using Dispatch.Worker.Issues.Files;
using Dispatch.Worker.Issues.Photos;
using Dispatch.Worker.Issues;
using Dispatch.Worker.Scheduling;
using Dispatch.Worker.Staff;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using NetVips;

namespace Dispatch.Tests.Issues.Files;

/// <summary>The verb <c>issues add</c>, which turns files into a scheduled issue.</summary>
[TestFixture(Provider.Sqlite), TestFixture(Provider.Postgres, Category = Needs.Postgres)]
public class IssuesVerbTests(Provider provider) : DispatchTest(provider)
{
    private const string Good = """
        ---
        subject: "Rivers: a report"
        preheader: What the water carries
        slot: 2026-12-02
        ---

        ![A boat](photos/boat.jpg "A boat | Ana Novak")

        The river has **changed**.
        """;

    private static readonly FilingWish AsItSays = new(null, null, false);

    private string File => Folder["issue.md"];

    [Test]
    public async Task An_issue_goes_into_its_slot_with_its_photos_and_without_their_metadata()
    {
        WritePhoto();
        var (exit, said, faults) = await AddAsync(Good, AsItSays);
        Assert.That(exit, Is.Zero, faults);
        await using var db = App.OpenDb();
        var issue = await db.Issues.SingleAsync();
        Assert.That(said, Has.Length.EqualTo(2));
        Assert.That(said[0], Is.EqualTo($"http://localhost/desk/issues/{issue.Id}"));
        Assert.That(said[1], Is.EqualTo("goes out Wednesday, December 2, 2026, 09:00 (Prague time)"));
        Assert.That(faults, Does.StartWith("issue.md: warning: "), "a newsletter without a postal address");
        Assert.That((issue.State, issue.Slug, issue.SendAt),
            Is.EqualTo((IssueState.Scheduled, "rivers-a-report", new DateTimeOffset(2026, 12, 2, 8, 0, 0, TimeSpan.Zero))));
        Assert.That((await db.EditionSlots.SingleAsync()).IssueId, Is.EqualTo(issue.Id));
        Assert.That((await db.IssueRevisions.SingleAsync()).SavedBy, Is.EqualTo("command line"));
        Assert.That(await db.Audit.OrderBy(entry => entry.Id).Select(entry => entry.Action).ToListAsync(),
            Is.EqualTo(new[] { "issue.created", "photo.added", "issue.scheduled" }));
        var photo = await db.Photos.SingleAsync();
        Assert.That((photo.FileName, photo.Width, photo.Height), Is.EqualTo(("photos/boat.jpg", 1200, 800)));
        foreach (var name in new[] { photo.MediaName, photo.NarrowMediaName })
            Assert.That(await TracesIn(name), Is.Empty, name);
    }

    [Test]
    public async Task A_draft_needs_no_slot_and_send_now_none_either()
    {
        var (exit, said, _) = await AddAsync("---\nsubject: Rivers\n---\nText", AsItSays);
        Assert.That((exit, said[1]), Is.EqualTo((0, "saved as a draft: schedule it to send it")));
        WritePhoto();
        var ana = await Given.ConfirmedSubscriber("ana@readers.test");
        Assert.That((await AddAsync(Good, AsItSays with { SendNow = true })).Exit, Is.Zero);
        await App.RunAfter(TimeSpan.FromHours(1));
        Assert.That(Smtp.MailFor(ana.Address), Has.Count.EqualTo(1));
        await using var db = App.OpenDb();
        Assert.That(await db.EditionSlots.AnyAsync(), Is.False, "the file's slot stays free");
    }

    [TestCase("---\nsubject: \"Rivers\nslot: 2026-12-02\n---\nText", "issue.md:2: this is not YAML",
        TestName = "A front matter that is not YAML")]
    [TestCase("---\nsubject: Rivers\nslott: next\n---\nText", "issue.md:3: 'slott' is not known here", TestName = "A misspelt key")]
    [TestCase("---\nsubject: Rivers\n---\nText\n\n![A boat](photos/ship.jpg)", "issue.md:6: the photo 'photos/ship.jpg' is not there",
        TestName = "A photo that is missing")]
    [TestCase("---\nsubject: Rivers\n---\nText\n\n![A boat](photos/notes.jpg)\n", "issue.md:6: photos/notes.jpg: This isn't a picture",
        TestName = "A photo that is none")]
    [TestCase("---\nsubject: Rivers\nslot: 2026-12-03\n---\nText", "issue.md: 2026-12-03 has no slot. The next are 2026-12-02, 2026-12-16",
        TestName = "A day without a slot")]
    [TestCase("---\nsubject: Rivers\nslot: 2021-11-17\n---\nText", "issue.md: The slot of 2021-11-17 has passed",
        TestName = "A slot that has gone by")]
    [TestCase("---\nsubject: Rivers\nslot: next\nnewsletter: weekly\n---\nText",
        "issue.md: there is no newsletter 'weekly'. Known are china-in-eurasia", TestName = "A newsletter that is unknown")]
    public async Task What_is_wrong_is_told_with_its_line_and_nothing_is_stored(string text, string fault)
    {
        Directory.CreateDirectory(Folder["photos"]);
        await System.IO.File.WriteAllTextAsync(Folder["photos/notes.jpg"], "no picture at all");
        var (exit, said, faults) = await AddAsync(text, AsItSays);
        Assert.That(faults, Does.Contain(fault));
        Assert.That((exit, said), Is.EqualTo((1, Array.Empty<string>())));
        await NothingIsStoredAsync();
    }

    [Test]
    public async Task Every_photo_that_can_not_be_used_is_told_at_once()
    {
        WritePhoto();
        await System.IO.File.WriteAllTextAsync(Folder["photos/one.jpg"], "no picture");
        await System.IO.File.WriteAllBytesAsync(Folder["photos/two.jpg"],
            (await System.IO.File.ReadAllBytesAsync(Folder["photos/boat.jpg"]))[..3000]);
        var (exit, _, faults) = await AddAsync(
            "---\nsubject: Rivers\n---\n![A](photos/one.jpg)\n\n![B](photos/boat.jpg)\n\n![C](photos/two.jpg)", AsItSays);
        Assert.That(exit, Is.EqualTo(1));
        Assert.That(faults.Split('\n').Select(line => line.Split(": ")[0]), Is.EqualTo(new[] { "issue.md:4", "issue.md:8" }));
        await NothingIsStoredAsync();
    }

    [Test]
    public async Task A_slot_that_is_taken_refuses_the_file_which_can_be_added_again_for_another()
    {
        WritePhoto();
        await Given.ScheduledIssue(new DateTimeOffset(2026, 12, 2, 8, 0, 0, TimeSpan.Zero));
        var (exit, _, faults) = await AddAsync(Good, AsItSays);
        Assert.That((exit, faults),
            Is.EqualTo((1, "issue.md: The slot of 2026-12-02 has an issue already. Free it first, or choose another slot.")));
        Assert.That((await AddAsync(Good, AsItSays with { Slot = SlotChoice.Next })).Said[1], Does.Contain("December 16, 2026"),
            "nothing of the first try is in the way");
    }

    [Test]
    public async Task The_same_file_twice_is_refused_by_its_name()
    {
        WritePhoto();
        Assert.That((await AddAsync(Good, AsItSays)).Exit, Is.Zero);
        var (exit, _, faults) = await AddAsync(Good, AsItSays with { Slot = SlotChoice.Next });
        Assert.That((exit, faults), Is.EqualTo((1,
            "issue.md: This newsletter already has an issue with the URL slug 'rivers-a-report'. Choose another.")));
    }

    [Test]
    public async Task A_text_that_can_not_be_sent_is_told_by_the_lines_of_its_file()
    {
        var (exit, _, faults) = await AddAsync("---\nsubject: Rivers\nslot: next\n---\nText\n\n[Here](javascript:alert(1))", AsItSays);
        Assert.That(exit, Is.EqualTo(1), faults);
        Assert.That(faults, Does.Contain("issue.md:7: "));
        await NothingIsStoredAsync();
    }

    [Test]
    public async Task The_real_issue_goes_out_with_all_its_photos()
    {
        var ana = await Given.ConfirmedSubscriber("ana@readers.test");
        var file = Directory.GetFiles(Shared.Folder("issues"), "*.md").Single();
        var (exit, _, faults) = await AddFileAsync(file, AsItSays with { Slot = SlotChoice.Next });
        Assert.That(exit, Is.Zero, faults);
        await using var db = App.OpenDb();
        var photos = await db.Photos.ToListAsync();
        Assert.That(photos, Has.Count.EqualTo(8));
        foreach (var name in photos.SelectMany(photo => new[] { photo.MediaName, photo.NarrowMediaName }))
            Assert.That(await TracesIn(name), Is.Empty, name);
        await App.RunAfter(TimeSpan.FromDays(8));
        var html = Smtp.MailFor(ana.Address).Single().Message.HtmlBody!;
        Assert.That(photos.Where(photo => !html.Contains($"/media/{photo.MediaName}", StringComparison.Ordinal)),
            Is.Empty, "each is in the mail");
    }

    private Task<(int Exit, string[] Said, string Faults)> AddAsync(string text, FilingWish wish)
    {
        System.IO.File.WriteAllText(File, text);
        return AddFileAsync(File, wish);
    }

    private async Task<(int Exit, string[] Said, string Faults)> AddFileAsync(string path, FilingWish wish)
    {
        await using var scope = App.Services.CreateAsyncScope();
        using StringWriter said = new(), faults = new();
        var exit = await new IssuesVerb(said, faults).AddAsync(scope.ServiceProvider, path, wish, CancellationToken.None);
        return (exit, said.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries), faults.ToString().Trim());
    }

    private async Task NothingIsStoredAsync()
    {
        await using var db = App.OpenDb();
        Assert.That(await db.Issues.AnyAsync() || await db.IssueRevisions.AnyAsync() || await db.Photos.AnyAsync()
            || await db.EditionSlots.AnyAsync() || await db.Audit.AnyAsync(), Is.False);
    }

    // Writes a photo with a GPS position, as a phone does.
    private void WritePhoto()
    {
        Directory.CreateDirectory(Folder["photos"]);
        using var plain = (Image.Black(1500, 1000, bands: 3) + new double[] { 90, 120, 60 }).Cast(Enums.BandFormat.Uchar)
            .Copy(interpretation: Enums.Interpretation.Srgb);
        using var photo = plain.Mutate(image =>
        {
            image.Set(GValue.GStrType, "exif-ifd0-Artist", "Somebody");
            image.Set(GValue.GStrType, "exif-ifd3-GPSLatitude", "50/1 5/1 0/1");
        });
        photo.WriteToFile(Folder["photos/boat.jpg"]);
        Assert.That(Encoding.Latin1.GetString(System.IO.File.ReadAllBytes(Folder["photos/boat.jpg"])),
            Does.Contain("Exif").And.Contain("Somebody"), "the test's own picture");
    }

    // Returns the metadata in a served picture.
    private async Task<List<string>> TracesIn(string mediaName)
    {
        var bytes = await (await SignedIn.As(App, StaffRoles.Editor)).GetByteArrayAsync($"/media/{mediaName}");
        using var picture = Image.NewFromBuffer(bytes);
        string[] telling = ["exif", "xmp", "iptc", "icc", "comment"];
        var found = picture.GetFields()
            .Where(field => telling.Any(word => field.Contains(word, StringComparison.OrdinalIgnoreCase))).ToList();
        if (Encoding.Latin1.GetString(bytes).Contains("Exif\0", StringComparison.Ordinal))
            found.Add("Exif");
        return found;
    }
}
