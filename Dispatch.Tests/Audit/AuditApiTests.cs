using Dispatch.Tests.Support;

namespace Dispatch.Tests.Audit;

[TestFixture(Provider.Sqlite), TestFixture(Provider.Postgres, Category = Needs.Postgres)]
public class AuditApiTests(Provider provider) : DispatchTest(provider)
{
    [Test]
    public async Task What_was_done_is_listed_newest_first_in_pages()
    {
        var editor = await ApiCaller.With(App);
        var issue = await Given.Draft();
        foreach (var verb in new[] { "approve", "send", "cancel" })
            (await editor.Post($"/issues/{issue}/{verb}")).Is(200);
        var ops = await ApiCaller.With(App, "ops");

        var page = (await ops.Get("/audit?limit=2")).Is(200); // the newest entry is the creation of the ops token
        Assert.That(page.Items.Select(entry => entry.GetProperty("action").GetString()),
            Is.EqualTo(new[] { "token.created", "issue.cancelled" }));
        page = (await ops.Get($"/audit?limit=2&after={page["next"].GetString()}")).Is(200);
        Assert.That(page.Items.Select(entry => entry.GetProperty("action").GetString()),
            Is.EqualTo(new[] { "issue.scheduled", "issue.approved" }));
        Assert.That(page.Items[0].GetProperty("target").GetString(), Is.EqualTo($"issue:{issue}"));
        Assert.That(page.Items[0].GetProperty("at").GetDateTimeOffset(), Is.EqualTo(Start));
    }
}
