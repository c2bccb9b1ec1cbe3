using Dispatch.Tests.Support;
using Dispatch.Tests.Support.Browsers;
using Dispatch.Worker.Issues;
using Dispatch.Worker.Newsletters;
using Dispatch.Worker.Staff;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Tests.Pages.Desk;

/// <summary>A save loses no text, even if the session has ended or the form's cookie is missing.</summary>
[TestFixture(Provider.Sqlite)]
public class KeptTextTests(Provider provider) : DispatchTest(provider)
{
    private const string Session = "dispatch-desk";
    private const string Form = "dispatch-form";

    [TestCase("Save"), TestCase("Send now"), TestCase("Schedule for this slot"), TestCase("Send test")]
    public async Task What_was_typed_when_the_session_ended_survives_signing_in(string button)
    {
        var (desk, issue) = await AtAnIssueAsync();
        desk.Lose(Session);
        await desk.SubmitAsync("#editor", new() { ["Body"] = "Typed for an hour.\n\n<b>&amp; kept</b>", ["Byline"] = "Ana" }, button);
        Assert.That(desk.Page.QuerySelector("h1")!.TextContent, Is.EqualTo("Sign in"));
        Assert.That(desk.Text, Does.Contain("Your text is kept").And.Not.Contain("Typed for an hour"), "it travels sealed");
        Assert.That(desk.ValueOf("Email"), Is.EqualTo("correspondent@news.test"));
        await desk.SignInAgainAsync();
        Assert.That(desk.Status, Is.EqualTo(200));
        Assert.That((desk.ValueOf("Body"), desk.ValueOf("Byline")), Is.EqualTo(("Typed for an hour.\n\n<b>&amp; kept</b>", "Ana")));
        Assert.That(desk.Text, Does.Contain("You were signed out, so nothing was saved."));
        Assert.That(await App.Issue(issue), Has.Property("Revision").EqualTo(1).And.Property("State").EqualTo(IssueState.Draft),
            "nothing is done by itself");
        Assert.That(Smtp.Mails, Is.Empty);
        await desk.SubmitAsync("#editor", button: "Save");
        Assert.That((await App.Issue(issue)).Body, Is.EqualTo("Typed for an hour.\n\n<b>&amp; kept</b>"));
    }

    [Test]
    public async Task A_correction_survives_signing_in_as_well()
    {
        await Given.ConfirmedSubscriber("ana@example.org");
        var issue = await Given.IssueDueNow();
        await App.RunUntilIdle();
        var desk = await DeskBrowser.SignedInAsync(App);
        await desk.OpenAsync($"/desk/issues/{issue}");
        desk.Lose(Session);
        await desk.SubmitAsync("form[action*=correct]", new() { ["Correction"] = "It was 14 percent.\n\nNot 41." });
        await desk.SignInAgainAsync();
        Assert.That(desk.ValueOf("Correction"), Is.EqualTo("It was 14 percent.\n\nNot 41."));
        await desk.SubmitAsync("form[action*=\"handler=correct\"]");
        Assert.That(desk.Text, Does.Contain("Correction published."));
    }

    [Test]
    public async Task A_wrong_password_on_the_way_loses_nothing_either()
    {
        var (desk, _) = await AtAnIssueAsync();
        desk.Lose(Session);
        await desk.SubmitAsync("#editor", new() { ["Body"] = "Typed." }, "Save");
        await desk.SubmitAsync("main form", new() { ["Email"] = "correspondent@news.test", ["Password"] = "wrong" });
        Assert.That(desk.Text, Does.Contain("Wrong email or password").And.Contain("Your text is kept"));
        desk.Lose(Form); // also drops the sign-in page's cookie
        await desk.SignInAgainAsync();
        Assert.That((desk.Status, desk.Text), Is.EqualTo((400, desk.Text)));
        Assert.That(desk.Text, Does.Contain("sign in again").And.Contain("Your text is kept"));
        await desk.SignInAgainAsync();
        Assert.That(desk.ValueOf("Body"), Is.EqualTo("Typed."));
    }

    [Test]
    public async Task Another_who_signs_in_there_is_told_whose_text_it_is_and_one_who_may_not_write_does_not_take_it_away()
    {
        var (desk, issue) = await AtAnIssueAsync();
        await DeskBrowser.SignedInAsync(App, "ops@news.test", StaffRoles.Ops);
        await DeskBrowser.SignedInAsync(App, "bo@news.test");
        desk.Lose(Session);
        await desk.SubmitAsync("#editor", new() { ["Body"] = "Ana's text." }, "Save");
        await desk.SignInAgainAsync("ops@news.test");
        Assert.That(desk.Text, Does.Contain("This account can’t edit issues").And.Contain("Your text is kept"));
        await desk.SignInAgainAsync("bo@news.test");
        Assert.That(desk.Text, Does.Contain("It was written as correspondent@news.test. If you save it, it’s saved as yours."));
        Assert.That((desk.ValueOf("Body"), (await App.Issue(issue)).Revision), Is.EqualTo(("Ana's text.", 1)));
    }

    [Test]
    public async Task A_million_letters_survive_with_pictures_chosen_beside_them()
    {
        var (desk, issue) = await AtAnIssueAsync();
        var text = string.Concat(Enumerable.Range(0, 100_000)
            .Select(i => $"{(char)(0x4E00 + i * 7919L % 20000)}{(char)(0x4E00 + i * 104_729L % 20000)}一\u00e9ab,.x\n"));
        Assert.That(text, Has.Length.EqualTo(1_000_000));
        desk.Lose(Session);
        await desk.SubmitAsync("#editor", new() { ["Body"] = text }, "Save", ("road.jpg", new byte[5_000_000]));
        await desk.SignInAgainAsync();
        Assert.That(desk.ValueOf("Body") == text, Is.True);
        Assert.That(desk.Text, Does.Contain("Please choose the pictures again."));
        await desk.SubmitAsync("#editor", button: "Save");
        Assert.That((await App.Issue(issue)).Body == text, Is.True);
    }

    [Test]
    public async Task What_a_colleague_saved_meanwhile_stands_beside_it()
    {
        var (desk, issue) = await AtAnIssueAsync();
        var bo = await DeskBrowser.SignedInAsync(App, "bo@news.test");
        await (await bo.OpenAsync($"/desk/issues/{issue}")).SubmitAsync("#editor", new() { ["Body"] = "Bo's text." }, "Save");
        desk.Lose(Session);
        await desk.SubmitAsync("#editor", new() { ["Body"] = "Ana's text." }, "Save");
        await desk.SignInAgainAsync();
        Assert.That(desk.Text, Does.Contain("bo@news.test saved this issue while you were writing"));
        Assert.That(desk.Page.QuerySelectorAll(".compared mark").Select(mark => mark.TextContent), Is.EqualTo(new[] { "Bo's text." }));
        await desk.SubmitAsync("#editor", button: "Save mine");
        Assert.That((await App.Issue(issue)).Body, Is.EqualTo("Ana's text."));
    }

    [Test]
    public async Task A_save_without_the_forms_cookie_gets_the_editor_with_the_text_and_a_sentence()
    {
        var (desk, issue) = await AtAnIssueAsync();
        desk.Lose(Form);
        await desk.SubmitAsync("#editor", new() { ["Body"] = "Typed before the browser was closed." }, "Send now");
        Assert.That(desk.Status, Is.EqualTo(400));
        Assert.That(desk.Text, Does.Contain("This page is from an earlier session, so nothing was saved."));
        Assert.That(desk.ValueOf("Body"), Is.EqualTo("Typed before the browser was closed."));
        Assert.That(await App.Issue(issue), Has.Property("Revision").EqualTo(1).And.Property("State").EqualTo(IssueState.Draft));
        await desk.SubmitAsync("#editor", button: "Save");
        Assert.That((await App.Issue(issue)).Body, Is.EqualTo("Typed before the browser was closed."));
    }

    [Test]
    public async Task A_new_issue_and_a_newsletters_fields_are_kept_too()
    {
        var desk = await DeskBrowser.SignedInAsync(App);
        await desk.OpenAsync("/desk/issues/new");
        desk.Lose(Session);
        await desk.SubmitAsync("#editor", new() { ["Subject"] = "The road", ["Body"] = "All of it." });
        await desk.SignInAgainAsync();
        Assert.That((desk.ValueOf("Subject"), desk.ValueOf("Body")), Is.EqualTo(("The road", "All of it.")));
        await desk.SubmitAsync("#editor");
        await using var db = App.OpenDb();
        Assert.That((await db.Issues.SingleAsync()).Body, Is.EqualTo("All of it."));

        await desk.OpenAsync("/desk/newsletters/china-in-eurasia");
        desk.Lose(Form);
        await desk.SubmitAsync("#newsletter", new() { ["Description"] = "Rewritten." });
        Assert.That((desk.Status, desk.ValueOf("Description")), Is.EqualTo((400, "Rewritten.")));
        desk.Lose(Session);
        await desk.SubmitAsync("#newsletter", new() { ["Description"] = "Rewritten twice." });
        await desk.SignInAgainAsync();
        await desk.SubmitAsync("#newsletter");
        Assert.That((await db.Newsletters.SingleAsync()).Description, Is.EqualTo("Rewritten twice."));
    }

    [Test]
    public async Task What_another_site_makes_a_browser_send_is_not_kept()
    {
        var issue = await Given.Draft();
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/desk/issues/{issue}")
        {
            Content = new FormUrlEncodedContent([new("Revision", "1"), new("Body", "Planted.")])
        };
        request.Headers.Add("Sec-Fetch-Site", "cross-site");
        var answer = await App.Http.SendAsync(request);
        Assert.That((int)answer.StatusCode, Is.EqualTo(302));
        Assert.That(answer.Headers.Location!.AbsolutePath, Is.EqualTo("/desk/sign-in"));
    }

    [TestCase("nonsense"), TestCase(""), TestCase("QUJD")]
    public async Task What_is_not_ours_opens_no_door(string sealed_)
    {
        var answer = await App.Http.PostAsync("/desk/kept", new FormUrlEncodedContent([new("Kept", sealed_)]));
        Assert.That(((int)answer.StatusCode, answer.Headers.Location?.OriginalString), Is.EqualTo((302, "/desk")));
    }

    private async Task<(DeskBrowser Desk, int Issue)> AtAnIssueAsync()
    {
        var issue = await Given.Draft(body: "A road is being built.");
        var desk = await DeskBrowser.SignedInAsync(App);
        await desk.OpenAsync($"/desk/issues/{issue}");
        return (desk, issue);
    }
}
