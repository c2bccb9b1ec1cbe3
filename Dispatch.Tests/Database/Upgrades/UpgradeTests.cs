using Dispatch.Tests.Support;
using Dispatch.Tests.Support.Servers;
using Dispatch.Worker.Audit;
using Dispatch.Worker.Database;
using Dispatch.Worker.Deliveries.Ledger;
using Dispatch.Worker.Issues;
using Dispatch.Worker.Privacy;
using Dispatch.Worker.Settings;
using Dispatch.Worker.Subscribers;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Dispatch.Tests.Database.Upgrades;

/// <summary>Starts Dispatch on the database of each released version. <see cref="VersionDumpTests"/> makes these databases.</summary>
[TestFixtureSource(nameof(Dumps))]
public class UpgradeTests(string version, Provider provider) : DispatchTest(provider)
{
    private PostgresDatabase? postgres;

    public static IEnumerable<TestFixtureData> Dumps()
    {
        foreach (var version in VersionDump.Versions)
        {
            yield return new(version, Provider.Sqlite);
            var onPostgres = new TestFixtureData(version, Provider.Postgres);
            onPostgres.Properties.Add("Category", Needs.Postgres);
            yield return onPostgres;
        }
    }

    protected override IEnumerable<(string Key, string Value)> Configure() => [(DatabaseChoice.Key, postgres?.ConnectionString ?? "")];

    [SetUp]
    public void LayOutTheDump()
    {
        File.Delete(Folder["dispatch.db"]); // the test's usual database, which has the newest schema
        postgres = Provider is Provider.Postgres ? Requires.Postgres().Create(migrated: false) : null;
        new VersionDump(version, Provider).LayOut(postgres?.ConnectionString ?? "", Folder);
        Clock.Advance(TimeSpan.FromDays(9)); // eight days passed before the dump was made
    }

    [TearDown]
    public async Task Drop()
    {
        await StopAsync();
        postgres?.Dispose();
    }

    [Test]
    public void No_table_of_the_dump_is_empty()
    {
        using var connection = RawDatabase.Open(Provider, postgres?.ConnectionString ?? "", Folder);
        Assert.That(connection.Tables(), Is.Not.Empty);
        Assert.That(connection.EmptyTables(), Is.Empty);
    }

    [Test]
    public async Task Readers_open_with_their_keys_after_the_start()
    {
        await using var db = App.OpenDb();
        var ring = App.Services.GetRequiredService<KeyRing>();
        var readers = (await db.Subscribers.AsNoTracking().ToListAsync())
            .Select(reader => (reader.AddressFrom(ring).Normalized, reader.NameFrom(ring)));
        Assert.That(readers, Is.EquivalentTo(
            new[] { ("ana@readers.test", "Ana Novak"), ("ben@readers.test", (string?)null), ("leo@readers.test", null) }));
        var states = await db.Subscriptions.AsNoTracking().Select(subscription => subscription.State).ToListAsync();
        Assert.That(states, Is.EquivalentTo(
            new[] { SubscriptionState.Confirmed, SubscriptionState.Confirmed, SubscriptionState.Unsubscribed }));
    }

    [Test]
    public async Task The_issue_its_deliveries_and_the_audit_are_kept()
    {
        await using var db = App.OpenDb();
        var issue = await db.Issues.AsNoTracking().SingleAsync();
        Assert.That((issue.Subject, issue.Slug, issue.State), Is.EqualTo(("From the steppe", "from-the-steppe", IssueState.Sent)));
        var states = await db.Deliveries.AsNoTracking().Select(delivery => delivery.State).ToListAsync();
        Assert.That(states, Is.EquivalentTo(new[] { DeliveryState.Accepted, DeliveryState.Rejected, DeliveryState.Uncertain }));
        var progress = await App.Progress(issue.Id);
        Assert.That((progress.Audience, progress.Accepted, progress.Rejected, progress.Uncertain), Is.EqualTo((3, 1, 1, 1)));
        var actions = await db.Audit.AsNoTracking().Select(entry => entry.Action).ToListAsync();
        Assert.That(actions, Is.SupersetOf(
            new[] { "issue.created", "photo.added", "subscription.confirmed", "subscription.ended", "subscriber.erased" }));
        Assert.That((await App.Http.GetAsync($"/newsletters/china-in-eurasia/issues/{issue.Slug}")).IsSuccessStatusCode, "its page");
    }

    [Test]
    public async Task Readers_come_and_leave_as_before()
    {
        await Reader.SubscribesAndConfirms("new@readers.test");
        Assert.That((await Reader.Subscribes("ana@readers.test")).IsSuccessStatusCode);
        await using var db = App.OpenDb();
        Assert.That(await db.Subscribers.CountAsync(), Is.EqualTo(4), "who is known is not made a second time");
    }

    [Test]
    public async Task The_database_says_who_made_it_and_who_brought_it_up()
    {
        await using var db = App.OpenDb();
        var versions = await db.Versions.AsNoTracking().OrderBy(known => known.Since).Select(known => known.Version).ToListAsync();
        Assert.That((versions[0], versions[^1]), Is.EqualTo((version, ProductVersion.Text)));
    }
}
