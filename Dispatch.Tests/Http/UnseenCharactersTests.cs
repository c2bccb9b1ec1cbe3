using System.Text;
using System.Text.Json.Nodes;
using Dispatch.Tests.Support;
using Dispatch.Tests.Support.Browsers;
using Dispatch.Worker.Newsletters;
using Dispatch.Worker.Staff;

namespace Dispatch.Tests.Http;

/// <summary>
/// Control characters and noncharacters in every kind of input: dropped from text that people write, and refused elsewhere.
/// </summary>
[TestFixture(Provider.Sqlite), TestFixture(Provider.Postgres, Category = Needs.Postgres)]
public class UnseenCharactersTests(Provider provider) : DispatchTest(provider)
{
    private const string Issues = "/newsletters/china-in-eurasia/issues";

    // U+D800 is half a surrogate pair, which only a JSON escape can express.
    private static readonly string[] Unseen = ["\0", "\u0001", "\u0008", "\u000b", "\u001b", "\u007f", "\u0085", "\ufdd0", "\ufffe",
        "\uffff", "\U0001FFFE", "\ud800"];

    [TestCase("Plain é 中 \U0001F600\tand\r\nlines", ExpectedResult = "Plain é 中 \U0001F600\tand\r\nlines")]
    [TestCase("a\u0001b\u000bc\u007fd\u0085e\ufdd0f\ufffeg\U0001FFFEh", ExpectedResult = "abcdefgh")]
    [TestCase("gpj.\u202egnp\u202d.jpg", ExpectedResult = "gpj.gnp.jpg", TestName = "Overrides turn no line around")]
    [TestCase("a \u2067ب\u2069 \u200fc", ExpectedResult = "a \u2067ب\u2069 \u200fc",
        TestName = "Marks and isolates that Arabic needs stay")]
    [TestCase("\ufeffa\ufeffb", ExpectedResult = "ab", TestName = "A byte order mark is dropped wherever it is")]
    [TestCase("a\0b", ExpectedResult = "a\0b", TestName = "A NUL is left to be refused")]
    public string What_nobody_sees_is_dropped(string text) => UnseenCharacters.DroppedFrom(text);

    [Test]
    public async Task An_issue_is_saved_without_them_and_the_API_names_the_fields()
    {
        var api = await ApiCaller.With(App);
        const string subject = "Ctl \u000b a \u0008 & <b> ]]> \U0001F6A7", body = "Body \u000b with ]]> and \ufffe \u0001.";
        var made = (await api.Post(Issues, new { subject, body })).Is(201);
        Assert.That((made["subject"].GetString(), made["body"].GetString()),
            Is.EqualTo(("Ctl  a  & <b> ]]> \U0001F6A7", "Body  with ]]> and  .")));
        Assert.That(made.Dropped, Is.EqualTo("subject, body"));
        var saved = (await api.Put($"/issues/{made["id"].GetInt32()}", new { subject = "A road", byline = "Reid\u0002", body = "Clean." }))
            .Is(200);
        Assert.That((saved["byline"].GetString(), saved.Dropped), Is.EqualTo(("Reid", "byline")));
        Assert.That((await api.Put($"/issues/{made["id"].GetInt32()}", new { subject = "A road", body = "Clean\tand\nclean." }))
            .Is(200).Dropped, Is.Null);
        Assert.That((await api.Post(Issues, new { subject = "A\0road" })).WrongFields(), Is.EqualTo(new[] { "subject" }));
        (await api.Post(Issues, new { subject = "\u0001\u0002" })).Why(422); // nothing is left of this subject
    }

    [TestCase("Read &#x202e;gpj.exe&#8238; now", ExpectedResult = "Read gpj.exe now")]
    [TestCase("&#xFFFE;&#X202D;&#0001;a", ExpectedResult = "a")]
    [TestCase("Fish &amp; chips &#169; &#x2067; &#xd800; &#x110000; &#0;",
        ExpectedResult = "Fish &amp; chips &#169; &#x2067; &#xd800; &#x110000; &#0;")]
    public string Nor_do_they_come_as_references(string markdown) => UnseenCharacters.DroppedFromMarkdown(markdown);

    [Test]
    public async Task References_in_an_issue_are_dropped_and_named()
    {
        var made = (await (await ApiCaller.With(App)).Post(Issues, new { subject = "A &#x202e; road", body = "Read &#x202e;gpj.exe" }))
            .Is(201);
        Assert.That((made["subject"].GetString(), made["body"].GetString(), made.Dropped),
            Is.EqualTo(("A &#x202e; road", "Read gpj.exe", "body")), "a subject is not Markdown");
    }

    [Test]
    public async Task The_desk_says_that_something_was_removed()
    {
        var desk = await DeskBrowser.SignedInAsync(App);
        await desk.OpenAsync($"/desk/issues/{await Given.Draft()}");
        await desk.SubmitAsync("#editor", new() { ["Body"] = "Pasted\u0002 from \ufffesomewhere." }, "Save");
        Assert.That(desk.ValueOf("Body"), Is.EqualTo("Pasted from somewhere."));
        Assert.That(desk.Page.QuerySelectorAll(".notice").Select(notice => notice.TextContent.Trim()),
            Does.Contain("Saved.").And.Some.StartsWith("Invisible characters"));
        await desk.OpenAsync("/desk/newsletters/china-in-eurasia");
        await desk.SubmitAsync("#newsletter", new() { ["Name"] = "China\u0001 In Eurasia" }, "Save");
        Assert.That((desk.ValueOf("Name"), desk.Text.Contains("Invisible characters", StringComparison.Ordinal)),
            Is.EqualTo(("China In Eurasia", true)));
    }

    [Test]
    public async Task A_file_is_taken_in_without_them_and_the_lines_are_named()
    {
        await File.WriteAllTextAsync(Folder["issue.md"], "---\nsubject: A road\u0001\n---\nFirst.\n\nSecond\ufffe line.\n");
        var (exit, said) =
            await Typed.RunAsync(["issues", "add", Folder["issue.md"], .. ProcessSettings()
                .Select(setting => $"--{setting.Key}={setting.Value}")]);
        Assert.That((exit, said.Split('\n').Where(line => line.Contains("invisible characters", StringComparison.Ordinal))
            .Select(line => line[..11])), Is.EqualTo((0, new[] { "issue.md:2:", "issue.md:6:" })), said);
    }

    [Test]
    public async Task No_text_anywhere_in_the_API_makes_it_fail()
    {
        var (editor, ops, admin) = (await ApiCaller.With(App), await ApiCaller.With(App, StaffRoles.Ops),
            await ApiCaller.With(App, StaffRoles.Admin));
        var issue = await Given.Draft();
        foreach (var unseen in Unseen)
        {
            (ApiCaller Api, HttpMethod Method, string Path, JsonObject Body)[] calls =
            [
                (editor, HttpMethod.Post, Issues,
                    new() { ["subject"] = "S" + unseen, ["preheader"] = unseen, ["byline"] = unseen, ["slug"] = "a" + unseen,
                        ["body"] = unseen }),
                (editor, HttpMethod.Post, Issues, new() { ["subject"] = "S" + unseen }),
                (editor, HttpMethod.Put, $"/issues/{issue}",
                    new() { ["subject"] = "S" + unseen, ["body"] = "![x](photos/" + unseen + ".jpg) [x](http://x/" + unseen + ")" }),
                (editor, HttpMethod.Post, $"/issues/{issue}/schedule", new() { ["slot"] = "next" + unseen }),
                (editor, HttpMethod.Post, $"/issues/{issue}/test", new() { ["to"] = new JsonArray("ana" + unseen + "@news.test") }),
                (ops, HttpMethod.Post, "/readers/search", new() { ["email"] = "ana" + unseen + "@readers.test" }),
                (ops, HttpMethod.Post, "/suppressions", new() { ["email"] = "ana@rea" + unseen + "ders.test" }),
                (ops, HttpMethod.Delete, "/suppressions", new() { ["email"] = unseen }),
                (admin, HttpMethod.Post, "/staff", new() { ["email"] = "ana" + unseen + "@news.test", ["roles"] = new JsonArray("ops") }),
                (admin, HttpMethod.Post, "/staff", new() { ["email"] = "ana@news.test", ["roles"] = new JsonArray("ops" + unseen) }),
                (admin, HttpMethod.Post, "/tokens", new() { ["name"] = "web" + unseen, ["role"] = "ops" }),
                (ApiCaller.WithNoToken(App), HttpMethod.Post, "/subscriptions", new() { ["email"] = "ben" + unseen + "@readers.test" }),
                (ApiCaller.WithNoToken(App), HttpMethod.Post, "/subscriptions",
                    new() { ["email"] = "ben@readers.test", ["name"] = "Ben" + unseen, ["language"] = "en" + unseen }),
                (ApiCaller.WithNoToken(App), HttpMethod.Post, "/subscriptions",
                    new() { ["email"] = "ben@readers.test", ["newsletters"] = new JsonArray("china" + unseen), ["challenge"] = unseen }),
            ];
            foreach (var (api, method, path, body) in calls)
            {
                var answer = await api.Send(method, path, Json(body, unseen));
                Assert.That(answer.Status, Is.LessThan(500), $"{method} {path} {(int)unseen[0]:X4}: {answer.Text}");
            }
            if (unseen == "\0")
                continue; // the server refuses NUL in a path
            var escaped = unseen == "\ud800" ? "%ED%A0%80" : Uri.EscapeDataString(unseen);
            foreach (var path in new[] { $"{Issues}?state=x{escaped}", $"/newsletters/x{escaped}/issues", $"/issues/{escaped}",
                $"/audit?after={escaped}", $"/deliveries/1-{escaped}/resend" })
                Assert.That((await editor.Get(path)).Status, Is.LessThan(500), path);
        }
        foreach (var format in new[] { "preview.html", "preview.txt", "preview.eml", "preflight" })
            Assert.That((await editor.Get($"/issues/{issue}/{format}")).Status, Is.LessThan(500), format);
    }

    [Test]
    public async Task No_text_in_any_form_makes_it_fail()
    {
        var ana = await Given.ConfirmedSubscriber("ana@readers.test");
        var fresh = await Reader.OneTimePreferencesPath(ana);
        foreach (var unseen in Unseen.Where(one => one != "\ud800"))
        {
            (string Path, (string, string)[] Fields)[] forms =
            [
                ("/subscribe", [("email", "ben" + unseen + "@readers.test")]),
                    ("/subscribe", [("email", "ben@readers.test"), ("name", "B" + unseen), ("language", unseen), ("newsletter", unseen)]),
                (fresh, [("do", "about"), ("name", "A" + unseen), ("language", "en")]),
                    (fresh, [("do", "address"), ("email", "c" + unseen + "@readers.test")]),
                (fresh, [("do", "pause"), ("until", unseen)]), (fresh, [("do", unseen)]),
                    (fresh, [("do", "newsletters"), ("newsletter", unseen)]),
                (Reader.UnsubscribePath(ana), [("why", unseen)]), (Reader.UnsubscribePath(ana), [("of", unseen)]),
                    ("/desk/sign-in", [("Email", unseen), ("Password", unseen)]),
            ];
            foreach (var (path, fields) in forms)
                Assert.That((int)(await Reader.Presses(path, fields)).StatusCode, Is.LessThan(500),
                    $"{path} {fields[0].Item1} {(int)unseen[0]:X4}");
            foreach (var path in unseen == "\0" ? []
                : new[] { $"/newsletters/{Uri.EscapeDataString(unseen)}", $"/confirm/{Uri.EscapeDataString(unseen)}",
                    $"/?lang={Uri.EscapeDataString(unseen)}", $"/media/{Uri.EscapeDataString(unseen)}",
                        $"/desk/sign-in?returnUrl=%2F{Uri.EscapeDataString(unseen)}" })
                Assert.That((int)(await App.Http.GetAsync(path)).StatusCode, Is.LessThan(500), path);
        }
    }

    [TestCase("/confirm/%20"), TestCase("/confirm/%0B%09"), TestCase("/unsubscribe/%20"), TestCase("/newsletters/%20"),
        TestCase("/newsletters/china-in-eurasia/issues/%20")]
    [TestCase("/preferences/%20%20%20%20%20%20%20%20%20%20%20%20%20%20%20%20%20%20%20%20%20%20%20%20%20%20%20%20%20%20%20%20"),
        TestCase("/desk/setup/%20"), TestCase("/desk/password/1/%20")]
    public async Task An_address_of_blanks_is_not_found(string path)
    {
        Assert.That((int)(await App.Http.GetAsync(path)).StatusCode, Is.EqualTo(404));
        Assert.That((int)(await App.Http.PostAsync(path, new FormUrlEncodedContent([]))).StatusCode, Is.AnyOf(400, 404));
    }

    // Serializes a body that contains half a surrogate pair. The serializer would replace it by U+FFFD.
    private static StringContent Json(JsonObject body, string unseen) =>
        new(unseen == "\ud800" ? body.ToJsonString().Replace("\\uFFFD", "\\ud800", StringComparison.OrdinalIgnoreCase)
            : body.ToJsonString(), Encoding.UTF8, "application/json");
}
