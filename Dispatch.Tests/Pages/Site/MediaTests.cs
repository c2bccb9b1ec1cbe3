using System.Net;
using System.Text.RegularExpressions;
using Dispatch.Tests.Support;
using Dispatch.Tests.Support.Browsers;
using Dispatch.Tests.Support.Samples;
using Dispatch.Worker.Addresses;
using Dispatch.Worker.Audit;
using Dispatch.Worker.Deliveries.Messages;
using Dispatch.Worker.Issues;
using Dispatch.Worker.Issues.Photos;
using Dispatch.Worker.Staff;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Dispatch.Tests.Pages.Site;

/// <summary>Who can open a picture: staff before its issue goes out, everybody afterwards, nobody after its removal.</summary>
[TestFixture(Provider.Sqlite)]
public partial class MediaTests(Provider provider) : DispatchTest(provider)
{
    private const string Shown = "![A face](photos/border.jpg)";

    [Test]
    public async Task A_picture_that_has_gone_out_is_everybodys_for_a_year()
    {
        var (api, issue) = await AtADraftAsync();
        var path = await api.AddPicture(issue, shade: 1);
        await SendAsync(issue);
        var answer = await App.Http.GetAsync(path);
        Assert.Multiple(async () =>
        {
            Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK));
            Assert.That(answer.Content.Headers.ContentType!.MediaType, Is.EqualTo("image/jpeg"));
            Assert.That(answer.Headers.CacheControl!.ToString(),
                Does.Contain("public").And.Contain("immutable").And.Contain("max-age=31536000"));
            Assert.That(answer.Headers.GetValues("X-Content-Type-Options").Single(), Is.EqualTo("nosniff"));
            Assert.That(await answer.Content.ReadAsByteArrayAsync(), Is.Not.Empty);
        });
    }

    [Test]
    public async Task The_picture_of_an_unsent_issue_is_for_staff_alone()
    {
        var (api, issue) = await AtADraftAsync();
        var path = await api.AddPicture(issue, shade: 1);
        var stranger = await App.Http.GetAsync(path);
        Assert.That((stranger.StatusCode, stranger.Headers.CacheControl!.NoStore), Is.EqualTo((HttpStatusCode.NotFound, true)),
            "and no cache on the way keeps the 404");
        var desk = await SignedIn.As(App, StaffRoles.Correspondent);
        var colleague = await desk.GetAsync(path);
        Assert.That((colleague.StatusCode, colleague.Headers.CacheControl!.Private), Is.EqualTo((HttpStatusCode.OK, true)));
        Assert.That(await StatusAsync(path, bearer: true), Is.EqualTo(HttpStatusCode.OK), "by a token as well");
    }

    [Test]
    public async Task A_picture_that_is_replaced_is_gone_from_everywhere()
    {
        var (api, issue) = await AtADraftAsync();
        var unblurred = await api.AddPicture(issue, shade: 1);
        var before = Files();
        var blurred = await api.AddPicture(issue, shade: 2, replaces: true);
        Assert.That(blurred, Is.Not.EqualTo(unblurred));
        await IsGoneAsync(unblurred);
        Assert.That(Files(), Has.Count.EqualTo(before.Count).And.None.AnyOf(before), "both widths");
        await SendAsync(issue);
        Assert.That((await StatusAsync(blurred), await StatusAsync(unblurred)), Is.EqualTo((HttpStatusCode.OK, HttpStatusCode.NotFound)));
    }

    [Test]
    public async Task A_picture_taken_out_of_a_draft_is_gone_when_the_editor_says_so()
    {
        var (api, issue) = await AtADraftAsync();
        var path = await api.AddPicture(issue, shade: 1);
        (await api.Delete($"/issues/{issue}/photos?name=photos/border.jpg")).Is(204);
        await IsGoneAsync(path);
        Assert.That(Files(), Is.Empty);
        Assert.That((await api.Get($"/issues/{issue}/preflight")).Text, Does.Contain("photos/border.jpg"),
            "the text that still shows it is told");
        (await api.Delete($"/issues/{issue}/photos?name=photos/border.jpg")).Why(404);
    }

    [Test]
    public async Task The_desk_removes_a_picture_and_says_that_the_text_still_shows_it()
    {
        var issue = await Given.Draft(body: Shown);
        var desk = await DeskBrowser.SignedInAsync(App);
        await desk.OpenAsync($"/desk/issues/{issue}");
        await desk.SubmitAsync("#editor", [], "Add", ("border.jpg", Pictures.Jpeg(1)));
        var path = desk.Page.QuerySelector(".pictures img")!.GetAttribute("src")!;
        await desk.SubmitAsync("#editor", button: "Remove photos/border.jpg");
        Assert.That(desk.Page.Body!.TextContent, Does.Contain("Picture deleted. The text still refers to it"));
        Assert.That(desk.Page.QuerySelector(".pictures img"), Is.Null);
        await IsGoneAsync(path);
    }

    [Test]
    public async Task The_pictures_of_a_deleted_draft_go_with_it()
    {
        var (api, issue) = await AtADraftAsync();
        var path = await api.AddPicture(issue, shade: 1);
        (await api.Delete($"/issues/{issue}")).Is(204);
        await IsGoneAsync(path);
        Assert.That(Files(), Is.Empty);
    }

    [Test]
    public async Task The_pictures_of_an_issue_cancelled_before_it_went_out_go_with_it()
    {
        var (api, issue) = await AtADraftAsync();
        var path = await api.AddPicture(issue, shade: 1);
        (await api.Post($"/issues/{issue}/send")).Is(200);
        (await api.Post($"/issues/{issue}/cancel")).Is(200);
        await IsGoneAsync(path);
        Assert.That(Files(), Is.Empty);
    }

    [Test]
    public async Task A_picture_that_the_issue_does_not_show_does_not_go_out_with_it()
    {
        var (api, issue) = await AtADraftAsync();
        var unblurred = await api.AddPicture(issue, shade: 1, "face.jpg");
        var blurred = await api.AddPicture(issue, shade: 2);
        await SendAsync(issue);
        Assert.That(await StatusAsync(blurred), Is.EqualTo(HttpStatusCode.OK));
        await IsGoneAsync(unblurred);
        Assert.That(Files(), Has.Count.EqualTo(4), "both widths of the one that is shown, each as WebP, too");
    }

    [Test]
    public async Task A_picture_left_beside_an_issue_that_went_out_before_is_for_staff_alone()
    {
        var (api, sent) = await AtADraftAsync();
        await api.AddPicture(sent, shade: 1);
        var other = await Given.Draft(body: Shown);
        var unused = await api.AddPicture(other, shade: 2);
        await SendAsync(sent);
        await using (var db = App.OpenDb()) // older versions left such rows
            await db.Photos.Where(photo => photo.IssueId == other).ExecuteUpdateAsync(
                set => set.SetProperty(photo => photo.IssueId, sent).SetProperty(photo => photo.FileName, "photos/unused.jpg"));
        Assert.That((await StatusAsync(unused), await StatusAsync(unused, bearer: true)),
            Is.EqualTo((HttpStatusCode.NotFound, HttpStatusCode.OK)));
    }

    [Test]
    public async Task The_same_picture_in_two_issues_stays_until_neither_has_it()
    {
        var (api, one) = await AtADraftAsync();
        var path = await api.AddPicture(one, shade: 1);
        var other = await Given.Draft(body: Shown);
        Assert.That(await api.AddPicture(other, shade: 1), Is.EqualTo(path));
        (await api.Delete($"/issues/{one}")).Is(204);
        Assert.That(await StatusAsync(path, bearer: true), Is.EqualTo(HttpStatusCode.OK), "the other issue has it");
        await api.AddPicture(other, shade: 1);
        Assert.That(await StatusAsync(path, bearer: true), Is.EqualTo(HttpStatusCode.OK), "replaced by itself");
        (await api.Delete($"/issues/{other}")).Is(204);
        await IsGoneAsync(path);
    }

    [Test]
    public async Task A_draft_does_not_take_back_what_another_issue_has_sent()
    {
        var (api, sent) = await AtADraftAsync();
        var path = await api.AddPicture(sent, shade: 1);
        await SendAsync(sent);
        var draft = await Given.Draft(body: Shown);
        await api.AddPicture(draft, shade: 1);
        (await api.Delete($"/issues/{draft}")).Is(204);
        Assert.That(await StatusAsync(path), Is.EqualTo(HttpStatusCode.OK));
        (await api.Delete($"/issues/{sent}/photos?name=photos/border.jpg")).Why(409);
        Assert.That(await StatusAsync(path), Is.EqualTo(HttpStatusCode.OK), "what has gone out can't be changed");
    }

    [Test]
    public async Task A_preview_and_a_test_mail_show_their_pictures_for_a_week_to_whoever_has_them()
    {
        var (api, issue) = await AtADraftAsync();
        var path = await api.AddPicture(issue, shade: 1);
        await App.In<TestMail, TestMailOutcome>(tests => tests.SendAsync(issue, [EmailAddress.Parse("ana@news.test")], Actor.CommandLine));
        var inMail = PictureIn(Smtp.MailFor("ana@news.test").Single().Html);
        Assert.That(PictureIn((await api.Get($"/issues/{issue}/preview.html")).Text), Is.EqualTo(inMail),
            "the same all day, so that a preview keeps its pictures");
        Assert.That((await StatusAsync(inMail), await StatusAsync(path)), Is.EqualTo((HttpStatusCode.OK, HttpStatusCode.NotFound)));
        var another = await api.AddPicture(issue, shade: 2, "other.jpg");
        Assert.That(await StatusAsync(another + inMail[inMail.IndexOf('?')..]), Is.EqualTo(HttpStatusCode.NotFound),
            "a key opens one picture");
        Clock.Advance(TimeSpan.FromDays(8));
        Assert.That(await StatusAsync(inMail), Is.EqualTo(HttpStatusCode.NotFound), "a week later");
    }

    [Test]
    public async Task A_forwarded_test_mail_shows_no_picture_that_was_replaced_since()
    {
        var (api, issue) = await AtADraftAsync();
        await api.AddPicture(issue, shade: 1);
        var before = PictureIn((await api.Get($"/issues/{issue}/preview.html")).Text);
        await api.AddPicture(issue, shade: 2, replaces: true);
        Assert.That(await StatusAsync(before), Is.EqualTo(HttpStatusCode.NotFound));
    }

    [Test]
    public async Task Readers_mails_and_the_archive_carry_no_key()
    {
        var (api, issue) = await AtADraftAsync();
        var path = await api.AddPicture(issue, shade: 1);
        await Given.ConfirmedSubscriber("ana@readers.test");
        await SendAsync(issue);
        Assert.That(PictureIn(Smtp.MailFor("ana@readers.test").Single().Html), Is.EqualTo(path));
        Assert.That((await api.Get($"/issues/{issue}/preview.html")).Text, Does.Not.Contain("?key="), "nor a preview of what has gone out");
    }

    [Test]
    public async Task Files_that_a_crash_left_behind_are_nobodys_and_are_swept_up()
    {
        var (api, issue) = await AtADraftAsync();
        var kept = await api.AddPicture(issue, shade: 1);
        var media = App.Services.GetRequiredService<MediaFolder>();
        var orphan = await media.StoreAsync([0xFF, 0xD8, 0xFF, 0xD9], 600, "jpg", CancellationToken.None);
        var forgotten = await media.StoreAsync([0xFF, 0xD8, 0xFF, 0xDA], 600, "jpg", CancellationToken.None);
        media.SetAside(forgotten); // as if the process was killed before it deleted the file
        await File.WriteAllBytesAsync(Folder["media/.0123.new"], [1]);
        File.SetLastWriteTimeUtc(Folder["media/.0123.new"], Clock.GetUtcNow().UtcDateTime);
        Assert.That(await StatusAsync($"/media/{orphan}", bearer: true), Is.EqualTo(HttpStatusCode.NotFound), "no issue has it");

        await SweepAsync();
        Assert.That(media.Contains(orphan), Is.True, "its issue may be about to be saved");
        Clock.Advance(PictureRemoval.Unclaimed + TimeSpan.FromMinutes(1));
        await SweepAsync();
        Assert.That(Files(), Has.Count.EqualTo(4));
        Assert.That(await StatusAsync(kept, bearer: true), Is.EqualTo(HttpStatusCode.OK));
    }

    [Test]
    public async Task A_picture_that_is_older_than_WebP_gets_it_on_the_page_of_its_issue()
    {
        var (api, issue) = await AtADraftAsync();
        await api.AddPicture(issue, shade: 1);
        await SendAsync(issue);
        var whole = (await EditionAsync(issue)).WebHtml;
        await using (var db = App.OpenDb()) // as version 0.10 left it
        {
            await db.Editions.ExecuteUpdateAsync(set => set.SetProperty(row => row.WebHtml, WebPSource().Replace(whole, "")));
            await db.Photos.ExecuteUpdateAsync(set => set.SetProperty(photo => photo.WebPName, (string?)null)
                .SetProperty(photo => photo.NarrowWebPName, (string?)null));
        }
        foreach (var file in Directory.EnumerateFiles(Folder["media"], "*.webp"))
            File.Delete(file);

        await MakeWebPAsync();
        var page = (await EditionAsync(issue)).WebHtml;
        Assert.That(WebPName().Replace(page, "x"), Is.EqualTo(WebPName().Replace(whole, "x")).And.Contain("<source type=\"image/webp\""));
        Assert.That(await StatusAsync($"/media/{WebPName().Match(page).Value}"), Is.EqualTo(HttpStatusCode.OK));
        await MakeWebPAsync();
        Assert.That((await EditionAsync(issue)).WebHtml, Is.EqualTo(page), "a second run changes nothing");
    }

    [TestCase("nonesuch.jpg")]
    [TestCase("..%2fdispatch.db")]
    [TestCase("..%2fkeys%2freaders.json")]
    public async Task Nothing_else_of_the_data_folder_is_served(string name)
    {
        await App.RunUntilIdle();
        Assert.That((await App.Http.GetAsync($"/media/{name}")).StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
    }

    private async Task<(ApiCaller Api, int Issue)> AtADraftAsync() => (await ApiCaller.With(App), await Given.Draft(body: Shown));

    private async Task SendAsync(int issue)
    {
        await using (var db = App.OpenDb())
        {
            var scheduled = await db.Issues.SingleAsync(row => row.Id == issue);
            scheduled.ScheduleFor(Clock.GetUtcNow());
            await db.SaveChangesAsync();
        }
        await App.RunUntilIdle();
        Assert.That((await App.Issue(issue)).State, Is.EqualTo(IssueState.Sent));
    }

    private Task<int> SweepAsync() => App.In<PictureRemoval, int>(async removal =>
    {
        await removal.SweepAsync(CancellationToken.None);
        return 0;
    });

    private Task<bool> MakeWebPAsync() => App.In<OlderPictures, bool>(async pictures =>
    {
        await pictures.RunAsync(CancellationToken.None);
        return true;
    });

    private async Task<Edition> EditionAsync(int issue)
    {
        await using var db = App.OpenDb();
        return await db.Set<Edition>().AsNoTracking().SingleAsync(edition => edition.IssueId == issue);
    }

    private async Task IsGoneAsync(string path) =>
        Assert.That((await StatusAsync(path), await StatusAsync(path, bearer: true)),
            Is.EqualTo((HttpStatusCode.NotFound, HttpStatusCode.NotFound)), "for strangers and for staff");

    private async Task<HttpStatusCode> StatusAsync(string path, bool bearer = false)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (bearer)
            request.Headers.Authorization = new("Bearer", await TokenAsync());
        return (await App.Http.SendAsync(request)).StatusCode;
    }

    private async Task<string> TokenAsync() => ((TokenOutcome.Made)await App.In<ApiTokens, TokenOutcome>(
        tokens => tokens.CreateAsync($"looks {Guid.NewGuid()}", StaffRoles.Ops, null, Actor.CommandLine))).Token;

    private List<string> Files() =>
        Directory.Exists(Folder["media"]) ? [.. Directory.GetFiles(Folder["media"]).Select(file => Path.GetFileName(file)!)] : [];

    private static string PictureIn(string html) =>
        PictureAddress().Match(html) is { Success: true } match ? match.Value : throw new AssertionException("It shows no picture.");

    [GeneratedRegex("</?picture>|<source type=\"image/webp\"[^>]*>")]
    private static partial Regex WebPSource();

    [GeneratedRegex(@"[a-z2-7]{26}-[0-9]+\.webp")]
    private static partial Regex WebPName();

    [GeneratedRegex("/media/[^\"]+")]
    private static partial Regex PictureAddress();
}
