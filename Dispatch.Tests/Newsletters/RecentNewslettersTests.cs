using Dispatch.Tests.Support;
using Dispatch.Worker.Newsletters;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Tests.Newsletters;

/// <summary>Sign-ups make do with newsletters that were read up to a second ago, unless this process has changed them since.</summary>
[TestFixture(Provider.Sqlite), TestFixture(Provider.Postgres, Category = Needs.Postgres)]
public class RecentNewslettersTests(Provider provider) : DispatchTest(provider)
{
    [Test]
    public async Task A_name_changed_here_is_on_the_page_after_the_next_sign_up()
    {
        await Reader.Subscribes("ana@example.com");
        await using (var db = App.OpenDb())
            await db.Newsletters.ExecuteUpdateAsync(set => set.SetProperty(newsletter => newsletter.Name, "Dispatch from Osh"));
        Assert.That(await PageAfter("bo@example.com"), Does.Contain("Dispatch from Osh"));
    }

    [Test]
    public async Task A_name_changed_by_another_process_is_there_a_second_later()
    {
        await Reader.Subscribes("ana@example.com");
        await using (var db = App.OpenDb())
        {
            // Not through EF, so this process does not notice.
            await db.Database.OpenConnectionAsync();
            await using var rename = db.Database.GetDbConnection().CreateCommand();
            rename.CommandText = """UPDATE "Newsletters" SET "Name" = 'Dispatch from Osh'""";
            await rename.ExecuteNonQueryAsync();
        }
        Clock.Advance(RecentNewsletters.GoodFor);
        Assert.That(await PageAfter("bo@example.com"), Does.Contain("Dispatch from Osh"));
    }

    [Test]
    public async Task A_confirmation_names_a_newsletter_that_another_process_has_just_added()
    {
        await Reader.Subscribes("ana@example.com");
        await App.RunUntilIdle();
        await using (var db = App.OpenDb())
        {
            await db.Database.OpenConnectionAsync();
            await using var add = db.Database.GetDbConnection().CreateCommand();
            var columns = string.Join(", ", db.Model.FindEntityType(typeof(Newsletter))!.GetProperties()
                .Where(property => property.Name is not ("Id" or "Slug" or "Name")).Select(property => $"\"{property.GetColumnName()}\""));
            add.CommandText = $"""
                INSERT INTO "Newsletters" ("Slug", "Name", {columns}) SELECT 'osh', 'Osh weekly', {columns} FROM "Newsletters" LIMIT 1
                """;
            await add.ExecuteNonQueryAsync();
        }
        Assert.That((await Reader.Subscribes("bo@example.com", newsletters: "osh")).IsSuccessStatusCode);
        await App.RunUntilIdle();
        Assert.That(Smtp.MailFor("bo@example.com").Single().Message.TextBody, Does.Contain("Osh weekly"));
    }

    private async Task<string> PageAfter(string address) => await (await Reader.Subscribes(address)).Content.ReadAsStringAsync();
}
