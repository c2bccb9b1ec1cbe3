using System.Globalization;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;
using Dispatch.Tests.Support;
using Dispatch.Worker.Issues;
using Dispatch.Worker.Newsletters;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Tests.Pages.Site;

[TestFixture(Provider.Sqlite)]
public class ReaderLanguagesTests(Provider provider) : DispatchTest(provider)
{
    private const string Home = "/newsletters/china-in-eurasia";

    [TestCase("ar-EG,en;q=0.5", "ar", "rtl", "2 ديسمبر 2026")]
    [TestCase("de;q=0.4,ru;q=0.9", "ru", "ltr", "2 декабря 2026")]
    [TestCase("cs,zh-CN;q=0.8", "zh", "ltr", "2026年12月2日")]
    [TestCase("en-GB", "en", "ltr", "Wednesday, 2 December 2026, 09:00 (Prague time)")]
    [TestCase("fr;q=0, de", "de", "ltr", "Mittwoch, 2. Dezember 2026, 09:00 Uhr (Prager Zeit)")]
    [TestCase("", "en", "ltr", "Wednesday, December 2, 2026")]
    public async Task A_page_speaks_the_browsers_language_and_writes_its_dates(
        string accepted, string language, string direction, string date)
    {
        var (page, answer) = await GetAsync(Home, accepted);
        Assert.Multiple(() =>
        {
            Assert.That((page.DocumentElement.GetAttribute("lang"), page.DocumentElement.GetAttribute("dir")),
                Is.EqualTo((language, direction)));
            Assert.That(page.GetElementById("subscribe")!.TextContent, Does.Contain(date));
            Assert.That(answer.Headers.Vary, Does.Contain("Accept-Language"), "caches keep them apart");
        });
    }

    [TestCase("ar", "28 نوفمبر 2026", "، ")]
    [TestCase("zh", "2026年11月28日", "，")]
    [TestCase("de", "28. November 2026", ", ")]
    public async Task An_issues_page_had_a_date_and_commas_of_another_language(string language, string date, string comma)
    {
        Clock.SetUtcNow(new DateTimeOffset(2026, 11, 28, 9, 0, 0, TimeSpan.Zero));
        var newsletter = await Given.Newsletter();
        await using (var db = App.OpenDb())
            await db.Newsletters.ExecuteUpdateAsync(set => set.SetProperty(one => one.PostalAddress, "Square 1\nPrague"));
        await Given.IssueDueNow("A road");
        await App.RunUntilIdle();
        await using var after = App.OpenDb();
        var (page, _) = await GetAsync($"{Home}/issues/{(await after.Issues.SingleAsync()).Slug}?lang={language}", "en");
        var time = page.QuerySelector(".byline time")!;
        Assert.That(time.GetAttribute("lang"), Is.EqualTo(language));
        Assert.That(time.TextContent, Does.Contain(date));
        Assert.That(page.QuerySelector(".colophon p")!.TextContent, Is.EqualTo($"{newsletter.Name}{comma}Square 1, Prague"));
        Assert.That((await GetAsync($"/privacy?lang={language}", "en")).Page.QuerySelector("#responsible + p")!.TextContent,
            Does.StartWith($"{newsletter.Name}{comma}Square 1, Prague"));
    }

    [Test]
    public async Task A_browser_that_says_nothing_gets_the_newsletters_language()
    {
        await using (var db = App.OpenDb())
            await db.Newsletters.ExecuteUpdateAsync(set => set.SetProperty(newsletter => newsletter.Locale, "de"));
        var (page, _) = await GetAsync(Home, "");
        Assert.That(page.DocumentElement.GetAttribute("lang"), Is.EqualTo("de"));
        Assert.That((await GetAsync(Home, "fr")).Page.DocumentElement.GetAttribute("lang"), Is.EqualTo("fr"));
    }

    [Test]
    public async Task The_choice_of_a_language_goes_along_without_a_cookie()
    {
        var (page, answer) = await GetAsync($"{Home}?lang=ru", "de");
        Assert.Multiple(() =>
        {
            Assert.That(page.DocumentElement.GetAttribute("lang"), Is.EqualTo("ru"));
            Assert.That(page.QuerySelectorAll(".masthead a").Select(link => link.GetAttribute("href")), Has.All.Contain("?lang=ru"));
            Assert.That(page.QuerySelector(".masthead nav a:last-child")!.GetAttribute("href"), Is.EqualTo($"{Home}?lang=ru#subscribe"));
            Assert.That(page.QuerySelector("form")!.GetAttribute("action"), Is.EqualTo("/subscribe?lang=ru"));
            Assert.That(page.QuerySelectorAll(".languages a").Select(link => link.GetAttribute("href")),
                Does.Contain("?lang=ar").And.Contain("?lang=zh"));
            Assert.That(answer.Headers.Contains("Set-Cookie"), Is.False);
        });
        Assert.That((await GetAsync("/nonesuch?lang=ru", "de")).Page.QuerySelector("h1")!.TextContent,
            Is.EqualTo("Такой страницы нет"), "error pages too");
    }

    [TestCase("ru", "ana@example,com", "После @ стоит запятая")]
    [TestCase("ar", "", "اكتب عنوان بريدك الإلكتروني")]
    [TestCase("zh", "ana", "地址中没有 @")]
    public async Task What_is_wrong_with_the_form_is_said_beside_its_field_in_the_forms_language(
        string language, string email, string fault)
    {
        var answer = await App.Http.PostAsync("/subscribe",
            new FormUrlEncodedContent([new("email", email), new("name", "Ана"), new("language", language)]));
        var page = await ParseAsync(answer);
        var field = page.GetElementById("email")!;
        Assert.Multiple(() =>
        {
            Assert.That((int)answer.StatusCode, Is.EqualTo(422));
            Assert.That(page.DocumentElement.GetAttribute("lang"), Is.EqualTo(language));
            Assert.That(page.GetElementById(field.GetAttribute("aria-describedby")!)!.TextContent, Does.Contain(fault));
            Assert.That(page.QuerySelector("#email-fault")!.GetAttribute("role"), Is.EqualTo("alert"));
            Assert.That(((IHtmlInputElement)page.GetElementById("name")!).Value, Is.EqualTo("Ана"), "what was typed stays");
        });
    }

    [TestCase("ar", "rtl", "يُرجى تأكيد اشتراكك")]
    [TestCase("ru", "ltr", "Подтвердите подписку")]
    public async Task Mails_come_in_the_language_of_the_form(string language, string direction, string words)
    {
        await App.Http.PostAsync("/subscribe", new FormUrlEncodedContent([new("email", "ana@readers.test"), new("language", language)]));
        await App.RunUntilIdle();
        await Reader.Confirms("ana@readers.test");
        await App.RunUntilIdle();
        var mails = Smtp.MailFor("ana@readers.test");
        Assert.That(mails, Has.Count.EqualTo(2), "confirmation and welcome");
        Assert.That(mails[0].Message.Subject, Does.Contain(words));
        foreach (var mail in mails)
        {
            Assert.That(mail.Message.Body!.Headers["Content-Language"], Is.EqualTo(language));
            Assert.That(mail.Message.HtmlBody, Does.Contain($"<html lang=\"{language}\" dir=\"{direction}\""));
        }
        Assert.That(mails[1].Message.TextBody, Does.Contain(new DateTime(2026, 12, 2).ToString("D", CultureInfo.GetCultureInfo(language))));
    }

    private async Task<(IHtmlDocument Page, HttpResponseMessage Answer)> GetAsync(string address, string accepted)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        if (accepted.Length > 0)
            request.Headers.Add("Accept-Language", accepted);
        var answer = await App.Http.SendAsync(request);
        return (await ParseAsync(answer), answer);
    }

    private static async Task<IHtmlDocument> ParseAsync(HttpResponseMessage answer) =>
        new HtmlParser().ParseDocument(await answer.Content.ReadAsStringAsync());
}
