using System.Text;
using Dispatch.Tests.Support;
using Dispatch.Worker.Issues;
using Dispatch.Worker.Staff;
using MimeKit;
using NetVips;

namespace Dispatch.Tests.Issues;

[TestFixture(Provider.Sqlite)]
public class PreviewApiTests(Provider provider) : DispatchTest(provider)
{
    [Test]
    public async Task A_picture_is_taken_in_and_its_Markdown_shows_it()
    {
        var api = await ApiCaller.With(App);
        var id = await Given.Draft();
        var added = (await api.Send(HttpMethod.Post, $"/issues/{id}/photos", Picture("A road, 1.JPG"))).Is(201);
        Assert.That(added["markdown"].GetString(),
            Is.EqualTo("![A \\[new\\] road](photos/a-road-1.jpg \"The road to \\\"nowhere\\\" | Ana\")"));
        var desk = await SignedIn.As(App, StaffRoles.Correspondent);
        Assert.That((await desk.GetAsync(new Uri(added["url"].GetString()!).AbsolutePath)).IsSuccessStatusCode, Is.True);

        (await api.Put($"/issues/{id}", new { subject = "S", preheader = "P", body = added["markdown"].GetString() })).Is(200);
        var html = (await api.Get($"/issues/{id}/preview.html")).Is(200);
        Assert.That(html.Text,
            Does.Contain(added["url"].GetString()).And.Contain("The road to &quot;nowhere&quot;").And.Contain("A [new] road"));
        Assert.That(html.Type, Is.EqualTo("text/html"));
        Assert.That((await api.Get($"/issues/{id}/preflight")).Is(200).Json.EnumerateArray()
            .Select(fault => fault.GetProperty("severity").GetString()), Has.None.EqualTo("error"));
    }

    [Test]
    public async Task An_issue_whose_picture_has_no_file_any_more_does_not_go_out()
    {
        var api = await ApiCaller.With(App);
        var id = await Given.Draft();
        var added = (await api.Send(HttpMethod.Post, $"/issues/{id}/photos", Picture("A road.jpg"))).Is(201);
        (await api.Put($"/issues/{id}", new { subject = "S", preheader = "P", body = added["markdown"].GetString() })).Is(200);
        (await api.Post($"/issues/{id}/schedule", new { slot = "next" })).Is(200);
        foreach (var file in Directory.GetFiles(Folder["media"]))
            File.Delete(file);
        const string told = "The file of 'photos/a-road.jpg' is missing on the server: add it again.";
        Assert.That((await api.Get($"/issues/{id}/preflight")).Is(200).Json.EnumerateArray()
            .Where(fault => fault.GetProperty("severity").GetString() == "error")
            .Select(fault => fault.GetProperty("message").GetString()), Is.EqualTo(new[] { told }));
        Assert.That((await api.Post($"/issues/{id}/send")).Why(409), Does.Contain(told));

        Clock.SetUtcNow((await App.Issue(id)).SendAt!.Value);
        await App.RunUntilIdle();
        var held = await App.Issue(id);
        Assert.That((held.State, held.LastError), Is.EqualTo((IssueState.Held, $"It can't go out as it is: {told}")));

        (await api.Send(HttpMethod.Post, $"/issues/{id}/photos", Picture("A road.jpg"))).Is(201);
        (await api.Post($"/issues/{id}/send")).Is(200);
    }

    [Test]
    public async Task What_is_no_picture_is_refused()
    {
        var api = await ApiCaller.With(App);
        var id = await Given.Draft();
        Assert.That((await api.Send(HttpMethod.Post, $"/issues/{id}/photos", Form("x.jpg", Encoding.UTF8.GetBytes("no picture"))))
            .WrongFields(), Is.EqualTo(new[] { "photo" }));
        Assert.That((await api.Send(HttpMethod.Post, $"/issues/{id}/photos",
            new MultipartFormDataContent { { new StringContent("Ana"), "credit" } })).WrongFields(), Is.EqualTo(new[] { "photo" }));
        (await api.Send(HttpMethod.Post, "/issues/4711/photos", Picture("x.jpg"))).Why(404);
        var sent = await Given.IssueDueNow();
        await App.RunUntilIdle();
        (await api.Send(HttpMethod.Post, $"/issues/{sent}/photos", Picture("x.jpg"))).Why(409);
    }

    [Test]
    public async Task The_preview_is_the_mail_that_readers_get()
    {
        var ana = await Given.ConfirmedSubscriber("ana@readers.test", "Ana");
        var api = await ApiCaller.With(App);
        var id = await Given.IssueDueNow("From the steppe", "A road is being built: České dráhy.");
        var before = await MailAsync(api, id);
        Assert.That(before.HtmlBody, Does.Contain("A road is being built"));
        Assert.That((await api.Get($"/issues/{id}/preview.txt")).Is(200).Text, Does.Contain("České dráhy"));

        await App.RunUntilIdle();
        var (specimen, sent) = (await MailAsync(api, id), Smtp.MailFor(ana.Address).Single().Message);
        Assert.That(specimen.Headers.Select(header => header.Field), Is.EqualTo(sent.Headers.Select(header => header.Field)));
        Assert.That((specimen.Subject, specimen.From.ToString(), specimen.Date),
            Is.EqualTo((sent.Subject, sent.From.ToString(), sent.Date)));
        Assert.That(specimen.To.Mailboxes.Single().Address, Is.EqualTo("reader@example.com"));
        var link = new Uri(specimen.Headers[HeaderId.ListUnsubscribe]!.Split('>')[0].Trim('<'));
        Assert.That((await App.Http.PostAsync(link.AbsolutePath, null)).IsSuccessStatusCode, Is.True);
        Assert.That((await App.Progress(id)).Accepted, Is.EqualTo(1), "nobody was unsubscribed by it");
    }

    private static async Task<MimeMessage> MailAsync(ApiCaller api, int id)
    {
        var answer = (await api.Get($"/issues/{id}/preview.eml")).Is(200);
        Assert.That(answer.Type, Is.EqualTo("message/rfc822"));
        return await MimeMessage.LoadAsync(new MemoryStream(Encoding.ASCII.GetBytes(answer.Text)));
    }

    private static MultipartFormDataContent Picture(string name)
    {
        using var image = Image.Black(80, 60, bands: 3);
        return Form(name, image.JpegsaveBuffer());
    }

    private static MultipartFormDataContent Form(string name, byte[] bytes) => new()
    {
        { new ByteArrayContent(bytes), "photo", name },
        { new StringContent("A [new] road"), "alt" },
        { new StringContent("The road to \"nowhere\""), "caption" },
        { new StringContent("Ana"), "credit" },
    };
}
