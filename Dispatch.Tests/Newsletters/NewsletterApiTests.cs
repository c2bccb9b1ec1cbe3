using System.Net.Http.Json;
using Dispatch.Tests.Support;
using Dispatch.Tests.Support.Samples;

namespace Dispatch.Tests.Newsletters;

[TestFixture(Provider.Sqlite), TestFixture(Provider.Postgres, Category = Needs.Postgres)]
public class NewsletterApiTests(Provider provider) : DispatchTest(provider)
{
    [Test]
    public async Task The_newsletters_are_listed()
    {
        var answer = (await (await ApiCaller.With(App, "ops")).Get("/newsletters")).Is(200);
        Assert.That(answer.Items.Single().GetProperty("slug").GetString(), Is.EqualTo("china-in-eurasia"));
        Assert.That(answer.Items.Single().GetProperty("timeZone").GetString(), Is.EqualTo("Europe/Prague"));
    }

    [Test]
    public async Task The_slots_say_what_was_decided_about_each()
    {
        var api = await ApiCaller.With(App);
        var issue = await Given.Draft();
        (await api.Post($"/issues/{issue}/schedule", new { slot = "2026-12-16" })).Is(200);
        var slots = (await api.Get("/newsletters/china-in-eurasia/slots?count=2")).Is(200).Items;
        Assert.That(slots.Select(slot => (slot.GetProperty("date").GetString(), slot.GetProperty("state").GetString())),
            Is.EqualTo(new[] { ("2026-12-02", "empty"), ("2026-12-16", "scheduled") }));
        Assert.That(slots[1].GetProperty("at").GetString(), Is.EqualTo("2026-12-16T08:00:00+00:00"));
        Assert.That(slots[1].GetProperty("timeZone").GetString(), Is.EqualTo("Europe/Prague"));
        Assert.That(slots[1].GetProperty("issueId").GetInt32(), Is.EqualTo(issue));
        Assert.That((await api.Get("/newsletters/china-in-eurasia/slots")).Items, Has.Length.EqualTo(12));
    }

    [Test]
    public async Task An_unknown_newsletter_and_a_silly_count_are_problems()
    {
        var api = await ApiCaller.With(App);
        Assert.That((await api.Get("/newsletters/nonesuch/slots")).Why(404), Is.Not.Empty);
        Assert.That((await api.Get("/newsletters/china-in-eurasia/slots?count=0")).WrongFields(), Is.EqualTo(new[] { "count" }));
    }

    [Test]
    public async Task A_change_touches_only_what_it_names()
    {
        var api = await ApiCaller.With(App);
        var before = (await api.Get(Path)).Is(200);
        var saved = (await api.Put(
            Path, new { name = "Eurasia", color = "#0A5C36", names = new { ru = "Евразия", de = "Eurasien" } }, before.ETag)).Is(200);
        Assert.That(saved["name"].GetString(), Is.EqualTo("Eurasia"));
        Assert.That(saved["names"].GetRawText(), Does.Contain("de").And.Contain("ru"));
        Assert.That(saved["description"].GetString(), Is.EqualTo(before["description"].GetString()));
        Assert.That(saved.ETag, Is.Not.EqualTo(before.ETag));
        Assert.That((await api.Put(Path, new { description = "late" }, before.ETag)).Why(412), Does.Contain("Fetch"));

        saved = (await api.Put(Path, new { color = "", names = new { de = "" } })).Is(200);
        Assert.That((saved["color"].GetString(), saved["name"].GetString(), saved["names"].GetRawText()),
            Is.EqualTo(((string?)null, "Eurasia", "{\"ru\":\"Евразия\"}")),
            "an empty text takes away, what is left out stays");
        var again = (await api.Put(Path, saved.Json)).Is(200);
        Assert.That((again.Text, again.ETag), Is.EqualTo((saved.Text, saved.ETag)), "what was read can be sent back as it is");
    }

    [Test]
    public async Task A_PATCH_changes_what_a_PUT_does()
    {
        var api = await ApiCaller.With(App);
        var before = (await api.Get(Path)).Is(200);
        var saved = (await api.Send(HttpMethod.Patch, Path, JsonContent.Create(new { name = "Eurasia" }))).Is(200);
        Assert.That((saved["name"].GetString(), saved["description"].GetString()),
            Is.EqualTo(("Eurasia", before["description"].GetString())));
    }

    [Test]
    public async Task A_new_schedule_moves_the_slots()
    {
        var api = await ApiCaller.With(App);
        (await api.Put(Path, new { schedule = "0 7 * * MON", timeZone = "Asia/Bishkek" })).Is(200);
        Assert.That((await api.Get($"{Path}/slots?count=1")).Items.Single().GetProperty("at").GetString(), Does.EndWith("T01:00:00+00:00"));
    }

    [Test]
    public async Task What_a_newsletter_can_not_be_is_named_and_changes_nothing()
    {
        var api = await ApiCaller.With(App);
        var before = (await api.Get(Path)).Is(200);
        Assert.That((await api.Put(Path, new { name = "New", from = "nobody", color = "#eeeeee", schedule = "daily" })).WrongFields(),
            Is.EquivalentTo(new[] { "from", "color", "schedule" }));
        Assert.That((await api.Put(Path, new { names = new { xx = "Name" } })).WrongFields(), Is.EqualTo(new[] { "names" }));
        Assert.That((await api.Get(Path)).ETag, Is.EqualTo(before.ETag));
        Assert.That((await api.Put("/newsletters/nonesuch", new { name = "New" })).Why(404), Is.Not.Empty);
        Assert.That((await (await ApiCaller.With(App, "ops")).Put(Path, new { name = "New" })).Status, Is.EqualTo(403));
    }

    [Test]
    public async Task A_logo_is_given_and_taken_away()
    {
        var api = await ApiCaller.With(App);
        var answer = await api.Send(HttpMethod.Put, $"{Path}/logo", Form(Pictures.Png(640, 160)));
        var logo = answer.Is(200)["logoUrl"].GetString()!;
        Assert.That(answer.ETag, Is.EqualTo((await api.Get(Path)).ETag).And.Not.Null, "the settings have changed with it");
        Assert.That((await App.Http.GetAsync(new Uri(logo).AbsolutePath)).IsSuccessStatusCode);
        Assert.That((await api.Send(HttpMethod.Put, $"{Path}/logo", Form("not a picture"u8.ToArray()))).WrongFields(),
            Is.EqualTo(new[] { "logo" }));
        (await api.Delete($"{Path}/logo")).Is(204);
        Assert.That((await api.Get(Path))["logoUrl"].GetString(), Is.Null);

        static MultipartFormDataContent Form(byte[] file) => new() { { new ByteArrayContent(file), "logo", "logo.png" } };
    }

    private const string Path = "/newsletters/china-in-eurasia";
}
