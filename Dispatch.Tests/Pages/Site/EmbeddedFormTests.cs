using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;
using Dispatch.Tests.Support;
using Dispatch.Worker.Privacy;
using Microsoft.Extensions.DependencyInjection;

namespace Dispatch.Tests.Pages.Site;

[TestFixture(Provider.Sqlite)]
public class EmbeddedFormTests(Provider provider) : DispatchTest(provider)
{
    private const string Home = "/newsletters/china-in-eurasia";

    [Test]
    public async Task Only_the_form_and_what_it_leads_to_may_be_framed()
    {
        var unsubscribe = "/unsubscribe/" + App.Services.GetRequiredService<LinkTokens>().Make(LinkKind.Unsubscribe, 1, 1);
        foreach (var address in new[] { $"{Home}/form", "/newsletters/nonesuch/form" })
            Assert.That(PolicyOf(await App.Http.GetAsync(address)),
                Does.Contain("frame-ancestors *").And.Contain("default-src 'none'").And.Not.Contain("script"), address);
        foreach (var address in new[] { Home, $"{Home}?framed=1", $"{Home}/embed", "/subscribe?framed=1",
            $"{unsubscribe}?framed=1", "/confirm/x?framed=1" })
            Assert.That(PolicyOf(await App.Http.GetAsync(address)), Does.Contain("frame-ancestors 'none'"), address);
        foreach (var email in new[] { "ana@readers.test", "ana" })
        {
            var fields = new FormUrlEncodedContent([new("email", email)]);
            Assert.That(PolicyOf(await App.Http.PostAsync("/subscribe?framed=1", fields)), Does.Contain("frame-ancestors *"), email);
            Assert.That(PolicyOf(await App.Http.PostAsync("/subscribe", fields)), Does.Contain("frame-ancestors 'none'"), email);
        }
    }

    [Test]
    public async Task The_forms_code_works_on_a_page_of_somebody_elses()
    {
        var code = ((IHtmlTextAreaElement)(await PageAsync($"{Home}/embed?lang=fr")).GetElementById("form-code")!).Value;
        var form = (IHtmlFormElement)new HtmlParser().ParseDocument(code).QuerySelector("form")!;
        var fields = form.QuerySelectorAll("input").OfType<IHtmlInputElement>().ToDictionary(input => input.Name!, input => input.Value);
        fields["email"] = "ana@readers.test";
        Assert.That(code, Does.Not.Contain("<script").And.Contain("Votre adresse électronique"));
        Assert.That(form.GetAttribute("action"), Is.EqualTo("http://localhost/subscribe"));
        Assert.That((int)(await App.Http.PostAsync(new Uri(form.GetAttribute("action")!).AbsolutePath,
            new FormUrlEncodedContent(fields))).StatusCode, Is.EqualTo(200));
        await App.RunUntilIdle();
        Assert.That(Smtp.MailFor("ana@readers.test").Single().Message.Subject, Does.Contain("confirmer"));
    }

    [Test]
    public async Task The_frames_code_shows_a_form_that_stays_in_its_frame()
    {
        var code = ((IHtmlTextAreaElement)(await PageAsync($"{Home}/embed?lang=fr")).GetElementById("frame-code")!).Value;
        var frame = new HtmlParser().ParseDocument(code).QuerySelector("iframe")!;
        Assert.That(frame.GetAttribute("title"), Is.Not.Empty);
        var page = await PageAsync(new Uri(frame.GetAttribute("src")!).PathAndQuery);
        var form = page.QuerySelector("form")!;
        Assert.That(page.DocumentElement.GetAttribute("lang"), Is.EqualTo("fr"));
        Assert.That((form.GetAttribute("action"), form.GetAttribute("target")), Is.EqualTo(("/subscribe?framed=1&lang=fr", "_self")));
        Assert.That(page.QuerySelector("script"), Is.Null);
    }

    private static string PolicyOf(HttpResponseMessage answer) => answer.Headers.GetValues("Content-Security-Policy").Single();

    private async Task<IHtmlDocument> PageAsync(string address) => new HtmlParser().ParseDocument(await App.Http.GetStringAsync(address));
}
