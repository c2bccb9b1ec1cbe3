using System.Text.RegularExpressions;
using Dispatch.Tests.Support.Samples;
using Dispatch.Tests.Support;
using Dispatch.Tests.Support.Servers;
using Dispatch.Tests.Bounces;
using Dispatch.Worker.Audit;
using Dispatch.Worker.Bounces.Consequences;
using Dispatch.Worker.Bounces.Mailboxes;
using Dispatch.Worker.Bounces.SenderReports;
using Dispatch.Worker.Deliveries.Ledger;
using Dispatch.Worker.Deliveries.Sending.ReaderMails;
using Dispatch.Worker.Issues;
using Dispatch.Worker.Issues.Archive;
using Dispatch.Worker.Issues.Brands;
using Dispatch.Worker.Settings;
using Dispatch.Worker.Staff;
using Dispatch.Worker.Subscribers.Records;
using Dispatch.Worker.Transfer.Import;
using Dispatch.Worker.Transfer.PastIssues;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Tests.Database.Upgrades;

/// <summary>
/// Fills a database of this version and compares its schema with the dump. If you change the schema, raise the version in
/// Directory.Build.props, fill the new tables here, and write the dump:
/// <code>DISPATCH_WRITE_DUMP=1 dotnet test Dispatch.sln --filter FullyQualifiedName~VersionDumpTests</code>
/// Dumps of older versions must not change.
/// </summary>
[TestFixture(Provider.Sqlite), TestFixture(Provider.Postgres, Category = Needs.Postgres)]
public partial class VersionDumpTests(Provider provider) : DispatchTest(provider)
{
    private string ConnectionString { get; set; } = "";

    protected override IEnumerable<(string Key, string Value)> Configure() =>
        [("Delivery:WarmUp:From", "2026-11-24"), ("Delivery:WarmUp:FirstDay", "50"), ("Delivery:WarmUp:Growth", "2")];

    [Test]
    public async Task A_database_of_this_version_has_rows_in_every_table()
    {
        await FillAsync();
        await StopAsync();
        using (var connection = RawDatabase.Open(Provider, ConnectionString, Folder))
            Assert.That(connection.EmptyTables(), Is.Empty, "fill what is new");
        if (Environment.GetEnvironmentVariable("DISPATCH_WRITE_DUMP") == "1")
            new VersionDump(ProductVersion.Text, Provider).Write(ConnectionString, Folder);
    }

    [Test]
    public async Task There_is_a_dump_of_this_version_and_it_has_its_schema()
    {
        var dump = new VersionDump(ProductVersion.Text, Provider);
        Assert.That(dump.Exists, $"{ProductVersion.Text} has none: have it written, as is said above");
        await using (var db = App.OpenDb())
            ConnectionString = db.Database.GetConnectionString()!;
        await StopAsync();
        using var elsewhere = new TemporaryFolder();
        using var postgres = Provider is Provider.Postgres ? Requires.Postgres().Create(migrated: false) : null;
        dump.LayOut(postgres?.ConnectionString ?? "", elsewhere);
        using var laidOut = RawDatabase.Open(Provider, postgres?.ConnectionString ?? "", elsewhere);
        using var made = RawDatabase.Open(Provider, ConnectionString, Folder);
        Assert.That(laidOut.Schema(), Is.EqualTo(made.Schema()),
            "the schema has changed since: raise the version, and have a dump written");
    }

    private async Task FillAsync()
    {
        await using (var db = App.OpenDb())
            ConnectionString = db.Database.GetConnectionString()!;
        Smtp.Answers("550 5.1.1 User unknown", SmtpStep.Recipient, "ben@readers.test");
        await Reader.SubscribesAndConfirms("ana@readers.test", "Ana Novak");
        await Given.ConfirmedSubscriber("ben@readers.test");
        var gone = await Given.ConfirmedSubscriber("eva@readers.test");
        await Given.Suppression("bounced@readers.test");
        await SendIssueAsync();
        await ReadersActAsync(gone);
        await StaffActAsync();
        var file = "email,city,status\nfay@readers.test,Brno,pending\n"u8.ToArray();
        await App.In<ReaderImports, int>(imports => imports.ReadAsync(new("readers.csv", new MemoryStream(file), file.Length), new(),
            Actor.CommandLine, null, CancellationToken.None)); // read, and not taken in
        await ComeBackAsync();
        await using (var db = App.OpenDb())
        {
            if (await db.ReaderMailMarks.AnyAsync())
                return;
            db.Add(new ReaderMailMark { Id = ReaderMailMark.TheOne }); // only PostgreSQL uses this table
            await db.SaveChangesAsync();
        }
    }

    private async Task SendIssueAsync()
    {
        var api = await ApiCaller.With(App);
        var issue = (await api.Post("/newsletters/china-in-eurasia/issues", new
        {
            subject = "From the steppe",
            slug = "from-the-steppe",
            body = "A road is being built.\n\n![The border](photos/border.jpg \"At noon | A. Novak\")",
        }, key: "a-key-for-the-dump")).Is(201)["id"].GetInt32();
        await api.AddPicture(issue, shade: 1);
        (await api.Post($"/issues/{issue}/schedule", new { slot = "next" })).Is(200);
        await App.RunAfter(TimeSpan.FromDays(8));
        Assert.That((await App.Issue(issue)).State, Is.EqualTo(Worker.Issues.IssueState.Sent));
        (await api.Post($"/issues/{issue}/corrections", new { text = "The road is a path." })).Is(201);
        await App.In<ArchiveSearch, bool>(async search =>
        {
            await search.CatchUpAsync(CancellationToken.None);
            return true;
        });
        await using var db = App.OpenDb();
        var newsletter = (await db.Issues.SingleAsync(row => row.Id == issue)).NewsletterId;
        db.AddRange(
            new ImportedIssue { IssueId = issue, NewsletterId = newsletter, System = "ghost", Key = "from-the-steppe" },
            new OldAddress { IssueId = issue, Path = "/p/from-the-steppe" });
        await db.SaveChangesAsync();
        // Keeps the dump short.
        await db.Editions.ExecuteUpdateAsync(set => set.SetProperty(edition => edition.MailHtml, "<p>A road is being built.</p>")
            .SetProperty(edition => edition.MailText, "A road is being built.")
            .SetProperty(edition => edition.WebHtml, "<p>A road is being built.</p>"));
        await db.Set<Worker.Issues.EditionFrame>().Where(frame => frame.Language != "de").ExecuteDeleteAsync();
        await db.Set<Worker.Issues.EditionFrame>().ExecuteUpdateAsync(set => set
            .SetProperty(frame => frame.MailHtml, "<p>A road is being built.</p>")
            .SetProperty(frame => frame.MailText, "A road is being built."));
    }

    private async Task ReadersActAsync(KnownReader gone)
    {
        var leaver = await Given.ConfirmedSubscriber("leo@readers.test");
        var path = Reader.UnsubscribePath(leaver);
        var undo = Undo().Match(await (await Reader.Presses(path)).Content.ReadAsStringAsync()).Groups[1].Value;
        await Reader.Presses(path, ("of", undo), ("why", "too-many"));
        await Reader.OneTimePreferencesPath(leaver);
        await using (var db = App.OpenDb()) // an erased reader's number is kept while a delivery is uncertain
        {
            await db.Deliveries.Where(delivery => delivery.SubscriberId == gone.SubscriberId)
                .ExecuteUpdateAsync(set => set.SetProperty(delivery => delivery.State, DeliveryState.Uncertain));
            await LedgerTotals.ForgetAsync(db);
        }
        await App.In<Erasing, bool>(erasing => erasing.EraseAsync(gone.SubscriberId, Actor.Reader));
    }

    private async Task ComeBackAsync()
    {
        await App.In<Intake, IntakeResult>(intake => intake.TakeAsync(
            ComeBack.Dsn(Smtp.MailFor("ana@readers.test")[^1].Sender, "ana@readers.test", "5.2.2", id: "1@mx.example.org"), default));
        await using var db = App.OpenDb();
        db.AddRange(
            new MailboxState { Mailbox = "0 imap://mail.sender.test:993", ReadAt = Clock.GetUtcNow(), Read = 1 },
            new SeenMessage { Mailbox = "1 pop3://mail.sender.test:995", Uidl = "1" },
            new SenderReportLine
            {
                Key = new byte[32],
                Reporter = "provider.example",
                Domain = "sender.test",
                Source = "192.0.2.1",
                Messages = 1,
                Passed = true,
                Detail = "none",
            });
        await db.SaveChangesAsync();
    }

    private async Task StaffActAsync()
    {
        (await SignedIn.As(App, StaffRoles.Editor, StaffRoles.Ops)).Dispose();
        // Fills tables of ASP.NET Identity that Dispatch does not use yet.
        await using var db = App.OpenDb();
        var (person, role) = (await db.Users.Select(user => user.Id).MinAsync(), await db.Roles.Select(known => known.Id).MinAsync());
        db.AddRange(
            new Logo { MediaName = "aaaaaaaaaaaaaaaaaaaaaaaaaa-288.png", NewsletterId = (await Given.Newsletter()).Id, AddedAt = Start },
            new IdentityRoleClaim<int> { RoleId = role, ClaimType = "type", ClaimValue = "value" },
            new IdentityUserClaim<int> { UserId = person, ClaimType = "type", ClaimValue = "value" },
            new IdentityUserLogin<int> { UserId = person, LoginProvider = "provider", ProviderKey = "key" },
            new IdentityUserToken<int> { UserId = person, LoginProvider = "provider", Name = "name", Value = "value" });
        await db.SaveChangesAsync();
    }

    [GeneratedRegex("name=\"undo\" value=\"([^\"]+)\"")]
    private static partial Regex Undo();
}
