using System.Text.RegularExpressions;
using Dispatch.Tests.Support;
using Dispatch.Tests.Support.Browsers;
using Dispatch.Tests.Support.Samples;
using Dispatch.Worker.Issues.Photos;
using Dispatch.Worker.Newsletters;

namespace Dispatch.Tests.Newsletters;

/// <summary>A newsletter's color, logo and names in other languages, from the desk to the reader.</summary>
[TestFixture(Provider.Sqlite), TestFixture(Provider.Postgres, Category = Needs.Postgres)]
public partial class LookTests(Provider provider) : DispatchTest(provider)
{
    private const string Page = "/desk/newsletters/china-in-eurasia";

    protected override IEnumerable<(string Key, string Value)> Configure() =>
        [("Newsletters:0:Names:ru", "Китай в Евразии"), ("Newsletters:0:Descriptions:ru", "О Китае"), ("Newsletters:0:Color", "#0a5c36")];

    [Test]
    public async Task A_reader_gets_the_name_in_the_language_of_the_frame_and_the_color()
    {
        var ru = await Given.ConfirmedSubscriber("vera@readers.test", language: "ru");
        var en = await Given.ConfirmedSubscriber("ana@readers.test");
        await App.FanOut(await Given.IssueDueNow(
            body: "[A report](https://example.org/r){.button}\n\nWith a [link](https://example.org/)."));
        await App.RunUntilIdle();
        var (russian, english) = (Smtp.MailFor(ru.Address).Single(), Smtp.MailFor(en.Address).Single());
        Assert.That(russian.Html, Does.Match("<p lang=\"ru\"[^>]*class=\"name\"[^>]*><a[^>]*>Китай в Евразии</a>").And.Contain("О Китае"));
        Assert.That(russian.Text, Does.StartWith("Китай в Евразии\nО Китае\n"));
        Assert.That(english.Text, Does.StartWith("China In Eurasia\n"));
        Assert.That(english.Html, Does.Contain("<a href=\"https://example.org/\" style=\"color:#0a5c36;").And.Contain(
            "bgcolor=\"#0a5c36\" class=\"button\"").And.Not.Contain("#8b1a1a"));
        Assert.That(english.Html, Does.Match("\\.paper a \\{ color: (?!#0a5c36|#f2a497)#[0-9a-f]{6} !important"));
    }

    [Test]
    public async Task The_pages_have_both_in_the_language_of_the_page()
    {
        var page = await App.Http.GetStringAsync("/newsletters/china-in-eurasia?lang=ru");
        Assert.That(page, Does.Contain("<title>Китай в Евразии</title>").And.Contain(
            "<p class=\"tagline\" lang=\"ru\" dir=\"auto\">О Китае"));
        Assert.That(await App.Http.GetStringAsync("/newsletters/china-in-eurasia?lang=de"),
            Does.Contain("<title>China In Eurasia</title>"));
        var sheet = ColorSheet().Match(page).Groups[1].Value;
        var answer = await App.Http.GetAsync(sheet);
        Assert.That(answer.Content.Headers.ContentType!.MediaType, Is.EqualTo("text/css"));
        Assert.That(answer.Headers.CacheControl!.ToString(), Does.Contain("immutable"));
        Assert.That(await answer.Content.ReadAsStringAsync(), Does.StartWith(":root { --accent: #0a5c36; }"));
        Assert.That((await App.Http.GetAsync($"{Page[5..]}/colors.css?v=old")).Headers.CacheControl!.NoCache, "an old page's is not kept");
    }

    [Test]
    public async Task A_color_without_contrast_is_named_on_the_form()
    {
        var desk = await (await DeskBrowser.SignedInAsync(App)).OpenAsync(Page);
        await desk.SubmitAsync("#newsletter",
            new() { ["Color"] = "#ff9900", ["DarkColor"] = "#333", ["Names:ru"] = "Две\nстроки" }, "Save");
        Assert.That(desk.Status, Is.EqualTo(422));
        Assert.That(desk.FaultOf("Color"), Does.StartWith("Color has a contrast of 1.").And.EndWith("would pass."));
        Assert.That(desk.FaultOf("DarkColor"), Does.StartWith("DarkColor has a contrast of 1."));
        Assert.That(desk.FaultOf("Names:ru"), Does.StartWith("Names:ru is not one line"));
    }

    [Test]
    public async Task A_logo_is_public_at_once_and_stays_with_the_mails_that_show_it()
    {
        var reader = await Given.ConfirmedSubscriber("ana@readers.test");
        var desk = await (await DeskBrowser.SignedInAsync(App)).OpenAsync(Page);
        await desk.SubmitAsync("#newsletter", button: "Save", pictures: ("logo.png", Pictures.Png(640, 160)));
        var logo = (await Given.Newsletter()).LogoName!;
        Assert.That((await App.Http.GetAsync($"/media/{logo}")).IsSuccessStatusCode);
        await App.FanOut(await Given.IssueDueNow());
        await App.RunUntilIdle();
        Assert.That(Smtp.MailFor(reader.Address).Single().Html,
            Does.Contain($"<img src=\"http://localhost/media/{logo}\" width=\"288\" alt=\"China In Eurasia\"")
                .And.Not.Contain("class=\"name\""));
        Assert.That(await App.Http.GetStringAsync("/newsletters/china-in-eurasia"),
            Does.Contain($"<img src=\"/media/{logo}\" width=\"288\" height=\"72\" alt=\"China In Eurasia\">"));

        desk.Tick("RemoveLogo");
        await desk.SubmitAsync("#newsletter", button: "Save");
        Clock.Advance(TimeSpan.FromHours(2));
        await App.In<PictureRemoval, bool>(async removal =>
        {
            await removal.SweepAsync(CancellationToken.None);
            return true;
        });
        Assert.That(await App.Http.GetStringAsync("/newsletters/china-in-eurasia"), Does.Not.Contain(logo));
        Assert.That((await App.Http.GetAsync($"/media/{logo}")).IsSuccessStatusCode, "mails in inboxes still show it");
    }

    [Test]
    public async Task What_is_no_picture_is_no_logo_and_the_rest_is_saved()
    {
        var desk = await (await DeskBrowser.SignedInAsync(App)).OpenAsync(Page);
        await desk.SubmitAsync("#newsletter", new() { ["Description"] = "Another" }, "Save", ("logo.png", "not a picture"u8.ToArray()));
        Assert.That(desk.Status, Is.EqualTo(422));
        Assert.That(desk.FaultOf("Logo"), Does.StartWith("This isn't a picture we can read."));
        Assert.That((await Given.Newsletter()).Description, Is.EqualTo("Another"));
        await desk.SubmitAsync("#newsletter", new() { ["Description"] = "A third" }, "Save");
        Assert.That((await Given.Newsletter()).Description, Is.EqualTo("A third"), "the form can be sent again");
    }

    [Test]
    public async Task The_API_names_them()
    {
        var newsletter = (await (await ApiCaller.With(App)).Get("/newsletters")).Is(200).Items.Single();
        Assert.That(newsletter.GetProperty("names").GetProperty("ru").GetString(), Is.EqualTo("Китай в Евразии"));
        Assert.That(newsletter.GetProperty("color").GetString(), Is.EqualTo("#0a5c36"));
        Assert.That(newsletter.GetProperty("smartTypography").GetBoolean(), Is.False);
    }

    [TestCase("Names:xx", "Newsletters:0:Names:xx is in a language that readers can't choose")]
    public void A_language_that_nobody_can_choose_is_named(string field, string fault)
    {
        var settings = new NewsletterSettings();
        settings.Names.Add(field[6..], "Name");
        Assert.That(settings.Faults(0), Has.Some.StartsWith(fault));
    }

    [GeneratedRegex("<link rel=\"stylesheet\" href=\"([^\"]*colors\\.css[^\"]*)\">")]
    private static partial Regex ColorSheet();
}
