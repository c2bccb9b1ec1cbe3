using System.Net.Http.Headers;
using Dispatch.Tests.Support;
using Dispatch.Tests.Support.Browsers;
using Dispatch.Tests.Support.Samples;
using Dispatch.Worker.Audit;
using Dispatch.Worker.Issues;
using Dispatch.Worker.Issues.Files;
using Dispatch.Worker.Issues.Photos;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Tests.Issues.Photos;

[TestFixture(Provider.Sqlite)]
public class PhotoNamesTests(Provider provider) : DispatchTest(provider)
{
    [TestCase("boat.jpg", "photos/boat.jpg")]
    [TestCase("photos/boat.jpg", "photos/boat.jpg", Description = "a name of ours stays as it is")]
    [TestCase("Border post (1).JPG", "photos/border-post-1.jpg")]
    [TestCase("IMG_0001.jpeg", "photos/img-0001.jpeg")]
    [TestCase("C:\\Pictures\\boat.jpg", "photos/boat.jpg", Description = "as some programs send it")]
    [TestCase("Čína.jpg", "photos/cina.jpg")]
    [TestCase("граница.jpg", "photos/граница.jpg")]
    [TestCase("边境.jpg", "photos/边境.jpg")]
    [TestCase("boat", "photos/boat")]
    [TestCase("../../etc/passwd", "photos/passwd")]
    [TestCase("?!.jpg", null)]
    [TestCase("", null)]
    public void A_file_has_one_name(string file, string? name) => Assert.That(PhotoNames.Of(file), Is.EqualTo(name));

    [TestCase("![A](photos/border-post.jpg)", true)]
    [TestCase("![A](photos/Border%20post.JPG \"Caption\")", true)]
    [TestCase("![A](./photos/border-post.jpg)", true)]
    [TestCase("![A](photos/border.jpg) of the border-post.jpg kind", false)]
    public void A_text_shows_a_picture_by_any_spelling_of_its_name(string body, bool shown) =>
        Assert.That(PhotoNames.IsIn(body, "photos/border-post.jpg"), Is.EqualTo(shown));

    [Test]
    public async Task Two_pictures_of_one_name_stay_two()
    {
        var api = await ApiCaller.With(App);
        var issue = await Given.Draft();
        var queue = await api.AddPicture(issue, shade: 1, "Queue (a).jpg");
        Assert.That(await api.AddPicture(issue, shade: 2, "queue a.jpg"), Is.Not.EqualTo(queue));
        Assert.That(await api.AddPicture(issue, shade: 1, "Queue (a).jpg"), Is.EqualTo(queue), "the same picture once more");
        await api.AddPicture(issue, shade: 3, "queue-a.jpg");
        await api.AddPicture(issue, shade: 4, "Queue a.jpg", replaces: true);
        var desk = await DeskBrowser.SignedInAsync(App);
        await desk.OpenAsync($"/desk/issues/{issue}");
        await desk.SubmitAsync("#editor", new(), "Add", ("Queue A.JPG", Pictures.Jpeg(5)));
        await using var db = App.OpenDb();
        Assert.That(await db.Photos.Where(photo => photo.IssueId == issue).OrderBy(photo => photo.Id).Select(photo => photo.FileName)
            .ToListAsync(), Is.EqualTo(
                new[] { "photos/queue-a.jpg", "photos/queue-a-2.jpg", "photos/queue-a-3.jpg", "photos/queue-a-4.jpg" }));
        Assert.That(await db.Photos.Where(photo => photo.IssueId == issue && photo.FileName == "photos/queue-a.jpg")
            .Select(photo => photo.MediaName).SingleAsync(), Is.Not.EqualTo(Path.GetFileName(queue)), "replaced on request");
    }

    [Test]
    public async Task One_file_gets_one_name_by_every_door()
    {
        var picture = Pictures.Jpeg();
        var api = await ApiCaller.With(App);
        var sent = await Given.Draft();
        var part = new ByteArrayContent(picture) { Headers = { ContentType = new MediaTypeHeaderValue("image/jpeg") } };
        var form = new MultipartFormDataContent { { part, "photo", "Border post (1).JPG" } };
        (await api.Send(HttpMethod.Post, $"/issues/{sent}/photos", form)).Is(201);

        var typed = await Given.Draft();
        var desk = await DeskBrowser.SignedInAsync(App);
        await desk.OpenAsync($"/desk/issues/{typed}");
        await desk.SubmitAsync("#editor", new(), "Add", ("Border post (1).JPG", picture));

        Directory.CreateDirectory(Folder["photos"]);
        await File.WriteAllBytesAsync(Folder["photos/Border post (1).JPG"], picture);
        await File.WriteAllTextAsync(Folder["issue.md"], "---\nsubject: Rivers\n---\n\n![A post](<photos/Border post (1).JPG>)\n");
        var read = (IssueFileReading.Read)await IssueFile.ReadAsync(Folder["issue.md"]);
        var filed = (FilingOutcome.Filed)await App.In<IssueFiling, FilingOutcome>(
            filing => filing.FileAsync(read.File, new FilingWish(null, null, SendNow: false), Actor.CommandLine));

        await using var db = App.OpenDb();
        Assert.That(await db.Photos.OrderBy(photo => photo.IssueId).Select(photo => photo.FileName).ToListAsync(),
            Is.EqualTo(Enumerable.Repeat("photos/border-post-1.jpg", 3)));
        Assert.That(
            (await api.Get($"/issues/{filed.Issue.Id}/preview.html")).Text, Does.Contain("/media/"),
                "the text finds it by the file's own name");
    }

    [Test]
    public async Task The_second_of_two_pictures_with_one_name_gets_a_number_by_a_file_too()
    {
        foreach (var (folder, shade) in new[] { ("border", 1), ("port", 2), ("quay", 3) })
        {
            Directory.CreateDirectory(Folder[folder]);
            await File.WriteAllBytesAsync(Folder[$"{folder}/X y.jpg"], Pictures.Jpeg(shade));
        }
        await File.WriteAllTextAsync(Folder["issue.md"], "---\nsubject: Rivers\npicture: quay/X y.jpg\n---\n\n"
            + "![A](<border/X y.jpg>)\n\n![B](port/X%20y.jpg \"B | AFP\")\n\n![A again](<border/X y.jpg>)\n");
        var read = (IssueFileReading.Read)await IssueFile.ReadAsync(Folder["issue.md"]);
        Assert.That(read.File.Photos.Select(photo => (photo.FileName, Path.GetRelativePath(Folder.Path, photo.Path))), Is.EqualTo(new[]
        {
            ("photos/x-y.jpg", "quay/X y.jpg"), ("photos/x-y-2.jpg", "border/X y.jpg"), ("photos/x-y-3.jpg", "port/X y.jpg"),
        }));
        Assert.That((read.File.Text.Picture, read.File.Text.Body), Is.EqualTo(("quay/X y.jpg",
            "\n![A](<photos/x-y-2.jpg>)\n\n![B](photos/x-y-3.jpg \"B | AFP\")\n\n![A again](<photos/x-y-2.jpg>)\n")));
        var filed = (FilingOutcome.Filed)await App.In<IssueFiling, FilingOutcome>(
            filing => filing.FileAsync(read.File, new FilingWish(null, SlotChoice.Next, SendNow: false), Actor.CommandLine));
        await using var db = App.OpenDb();
        var stored = db.Photos.Where(photo => photo.IssueId == filed.Issue.Id).Select(photo => photo.MediaName);
        Assert.That(await stored.Distinct().CountAsync(), Is.EqualTo(3));
    }

}
