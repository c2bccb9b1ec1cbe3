using System.Text;
using Dispatch.Tests.Support;
using Dispatch.Worker.Subscribers;
using Dispatch.Worker.Subscribers.Mails;
using Dispatch.Worker.Suppressions;
using Dispatch.Worker.Transfer;
using Dispatch.Worker.Transfer.Import;
using Dispatch.Worker.Transfer.Reading;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Tests.Transfer.Import;

/// <summary>Whose word counts: the file's, the database's, or that of the person who imports.</summary>
[TestFixture(Provider.Sqlite), TestFixture(Provider.Postgres, Category = Needs.Postgres)]
public class ImportRulesTests(Provider provider) : ImportTest(provider)
{
    private const string Header = "email,name,status,confirmed_at\n";

    [Test]
    public async Task Whoever_left_bounced_or_complained_here_does_not_come_back_with_a_file()
    {
        await Given.Subscriber("left@readers.test", SubscriptionState.Unsubscribed);
        await Given.ConfirmedSubscriber("bounced@readers.test");
        await Given.Suppression("bounced@readers.test");
        await Given.Suppression("never-known@readers.test", SuppressionReason.Complaint);
        await Given.Suppression("erased@readers.test", SuppressionReason.Erased);
        var standing = await Imports(Header + string.Concat(
            new[] { "Left@readers.test", "bounced@readers.test", "never-known@readers.test", "erased@readers.test" }
                .Select(address => $"{address},Ana,confirmed,2024-01-01\n")));
        Assert.That(await StatusOf("left@readers.test"), Is.EqualTo("unsubscribed"));
        Assert.That(await StatusOf("bounced@readers.test"), Is.EqualTo("bounced"));
        Assert.That(await StatusOf("never-known@readers.test"), Is.EqualTo("complained"));
        Assert.That(await StatusOf("erased@readers.test"), Is.Null);
        Assert.That((standing.Counts.KeptUnsubscribed, standing.Counts.KeptBounced, standing.Counts.KeptComplained, standing.Counts.Erased),
            Is.EqualTo((1, 1, 1, 1)));
        var issue = await Given.IssueDueNow();
        await App.RunUntilIdle();
        Assert.That((await App.Issue(issue)).State, Is.EqualTo(Worker.Issues.IssueState.Sent));
        Assert.That(Smtp.Mails, Is.Empty);
    }

    [Test]
    public async Task Whoever_could_not_be_reached_for_weeks_counts_as_bounced_and_a_complaint_is_not_lost()
    {
        await Given.ConfirmedSubscriber("ana@readers.test");
        await Given.Suppression("ana@readers.test", SuppressionReason.SoftBounce);
        var standing = await Imports(Header + "ana@readers.test,Ana,confirmed,2024-01-01\n");
        Assert.That((standing.Counts.KeptBounced, await StatusOf("ana@readers.test")), Is.EqualTo((1, "bounced")));
        await Imports(Header + "ana@readers.test,Ana,complained,\n");
        Assert.That(await StatusOf("ana@readers.test"), Is.EqualTo("complained"));
    }

    [Test]
    public async Task What_the_file_says_more_carefully_wins_over_the_database()
    {
        await Given.ConfirmedSubscriber("ana@readers.test", "Ana");
        await Given.ConfirmedSubscriber("ben@readers.test");
        await Given.Subscriber("cyd@readers.test", SubscriptionState.Pending);
        var standing = await Imports(Header + "ana@readers.test,Another,unsubscribed,\nben@readers.test,,complained,\n"
            + "cyd@readers.test,,confirmed,2024-01-01\n");
        Assert.That(await StatusOf("ana@readers.test"), Is.EqualTo("unsubscribed"));
        Assert.That((await Find("ana@readers.test"))!.Name, Is.EqualTo("Ana"), "what the reader told us stays");
        Assert.That(await StatusOf("ben@readers.test"), Is.EqualTo("complained"));
        Assert.That(await StatusOf("cyd@readers.test"), Is.EqualTo("confirmed"));
        Assert.That((standing.Counts.Added, standing.Counts.Updated), Is.EqualTo((0, 3)));
        await using var db = App.OpenDb();
        Assert.That(await db.Set<Worker.Audit.AuditEntry>().CountAsync(entry => entry.Action == "subscription.ended"), Is.EqualTo(2));
    }

    [Test]
    public async Task The_order_of_lines_and_their_repeats_make_no_difference()
    {
        string[] lines =
        [
            "a@readers.test,,confirmed,2024-01-02", "A@readers.test,,unsubscribed,", "a@readers.test,,confirmed,2024-01-01",
            "b@readers.test,,pending,", "b@readers.test,,confirmed,2024-02-02", "b@readers.test,,confirmed,2024-02-01",
            "c@readers.test,,bounced,", "c@readers.test,,complained,", "c@readers.test,,confirmed,2024-01-01",
        ];
        var chance = new Random(1);
        for (var round = 0; round < 4; round++)
        {
            chance.Shuffle(lines);
            await Imports(Header + string.Join('\n', lines.Concat(lines.Take(3))));
            Assert.That((await StatusOf("a@readers.test"), await StatusOf("b@readers.test"), await StatusOf("c@readers.test")),
                Is.EqualTo(("unsubscribed", "confirmed", "complained")));
            Assert.That((await Find("b@readers.test"))!.Subscription.ConfirmedAt,
                Is.EqualTo(new DateTimeOffset(2024, 2, 1, 0, 0, 0, TimeSpan.Zero)), "the earliest consent");
        }
    }

    [Test]
    public async Task A_second_run_of_a_file_changes_nothing()
    {
        var file = File.ReadAllBytes(Sample("mailchimp-audience.zip"));
        var first = await Imports("audience.zip", file);
        var before = await DumpAsync();
        var second = await Imports("audience.zip", file);
        Assert.That((first.Counts.Added, second.Counts.Added, second.Counts.Updated), Is.EqualTo((19, 0, 0)));
        Assert.That(second.Counts.Unchanged, Is.EqualTo(19));
        Assert.That(await DumpAsync(), Is.EqualTo(before));
    }

    [Test]
    public async Task Pending_readers_are_asked_only_by_their_own_switch_and_only_once()
    {
        const string file = Header + "ana@readers.test,Ana,pending,\nben@readers.test,,confirmed,2024-01-01\n";
        Assert.That((await Imports(file)).Counts, Has.Property("NotAsked").EqualTo(1).And.Property("Asked").EqualTo(0));
        await App.RunUntilIdle();
        Assert.That(Smtp.Mails, Is.Empty);
        Assert.That((await Imports(file, new() { SendConfirmations = true })).Counts.Asked, Is.EqualTo(1));
        Assert.That((await Imports(file, new() { SendConfirmations = true })).Counts.Asked, Is.Zero);
        await App.RunUntilIdle();
        Assert.That(Smtp.Mails.Select(mail => mail.Recipient), Is.EqualTo(new[] { "ana@readers.test" }));
        (await Reader.Confirms("ana@readers.test")).EnsureSuccessStatusCode();
        Assert.That(await StatusOf("ana@readers.test"), Is.EqualTo("confirmed"));
    }

    [Test]
    public async Task Somebodys_word_given_later_confirms_the_pending_and_nobody_else()
    {
        var file = File.ReadAllBytes(Sample("listmonk-list-confirmed.csv"));
        await Imports("subscribers.csv", file);
        Assert.That(await StatusOf("petra.f@example.com"), Is.EqualTo("pending"));
        var standing = await Imports("subscribers.csv", file, new() { Status = ReaderStatus.Confirmed });
        Assert.That((standing.Counts.Updated, standing.Counts.Unchanged), Is.EqualTo((2, 1)));
        Assert.That((await StatusOf("petra.f@example.com"), await StatusOf("blocked.but.confirmed@example.com")),
            Is.EqualTo(("confirmed", "unsubscribed")));
    }

    [Test]
    public async Task Somebodys_word_never_softens_what_a_file_says()
    {
        await Imports(Header + "a@readers.test,,unsubscribed,\nb@readers.test,,pending,2024-01-01\nc@readers.test,,bounced,\n",
            new() { Status = ReaderStatus.Confirmed, ConsentDate = Start.AddDays(-9) });
        Assert.That((await StatusOf("a@readers.test"), await StatusOf("b@readers.test"), await StatusOf("c@readers.test")),
            Is.EqualTo(("unsubscribed", "pending", "bounced")));
        await Imports(Header + "d@readers.test,,confirmed,2024-01-01\n", new() { Status = ReaderStatus.Pending });
        await Imports(Header + "e@readers.test,,confirmed,2024-01-01\n", new() { Status = ReaderStatus.Unsubscribed });
        Assert.That((await StatusOf("d@readers.test"), await StatusOf("e@readers.test")), Is.EqualTo(("pending", "unsubscribed")));
    }

    [Test]
    public async Task Columns_become_fields_and_traces_of_readers_are_dropped()
    {
        var standing = await Imports("email,City,ip_address,OPTIN_IP,Latitude,open_rate,Clicks,status\n"
            + "ana@readers.test,\"Praha\n2\",203.0.113.9,203.0.113.9,50.1,0.9,7,pending\n");
        var ana = (await Find("ana@readers.test"))!;
        Assert.That(ana.Fields, Is.EqualTo(new Dictionary<string, string> { ["City"] = "Praha\n2" }));
        Assert.That(standing.Findings.Dropped.Keys, Is.EquivalentTo(new[] { "ip_address", "OPTIN_IP", "Latitude", "open_rate", "Clicks" }));
        Assert.That(await DumpAsync(), Does.Not.Contain("Praha").And.Not.Contain("203.0.113.9").And.Not.Contain("ana@"));
    }

    [Test]
    public async Task A_file_that_nobody_knows_is_read_by_its_mapped_columns()
    {
        var file = Encoding.UTF8.GetBytes("Adresse;Wer;Stand;Tag;Notiz\nana@readers.test;Ana;confirmed;2024-01-01;x\n");
        var fault = (await Assert.ThrowsAsync<UnreadableFileException>(() => Reads("leser.csv", file)))!;
        Assert.That(fault.Message, Does.Contain("Adresse, Wer, Stand, Tag, Notiz").And.Contain("--map"));
        await Imports("leser.csv", file, new()
        {
            Map = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase)
            {
                ["Adresse"] = "email",
                ["wer"] = "name",
                ["Stand"] = "status",
                ["Tag"] = "confirmed_at",
                ["Notiz"] = "-",
            },
        });
        var ana = (await Find("ana@readers.test"))!;
        Assert.That((ana.Name, ana.Status, ana.Fields.Count), Is.EqualTo(("Ana", ReaderStatus.Confirmed, 0)));
        await Assert.ThrowsAsync<UnreadableFileException>(
            () => Reads("leser.csv", file, new() { Map = new Dictionary<string, string> { ["Nonesuch"] = "email" } }));
    }

    [Test]
    public async Task Brevos_days_whose_order_is_anybodys_guess_are_none_and_its_blacklist_is_believed()
    {
        const string file = "EMAIL;LASTNAME;FIRSTNAME;EMAIL_BLACKLISTED;SMS_BLACKLISTED;ADDED_TIME;MODIFIED_TIME\n"
            + "ana@readers.test;Novak;Ana;No;No;12-04-2022 09:30;13-04-2022 10:00\n"
            + "left@readers.test;;;Yes;No;12-04-2022;13-04-2022\n";
        var standing = await Imports(file, new() { Status = ReaderStatus.Confirmed });
        Assert.That((standing.Findings.Files.Single().System, standing.Findings.Refused, standing.Findings.WithoutDate),
            Is.EqualTo(("brevo", 0, 1)));
        Assert.That((await StatusOf("ana@readers.test"), await StatusOf("left@readers.test"), (await Find("ana@readers.test"))!.Name),
            Is.EqualTo(("pending", "unsubscribed", "Ana Novak")));
        await Imports(file, new() { Status = ReaderStatus.Confirmed, ConsentDate = Start.AddYears(-1) });
        Assert.That((await StatusOf("ana@readers.test"), await StatusOf("left@readers.test")), Is.EqualTo(("confirmed", "unsubscribed")));
    }

    [Test]
    public async Task Beehiivs_active_readers_with_a_day_of_leaving_have_left()
    {
        const string file = "email,First Name,Last Name,status,tier,created_at,stripe_customer_id,unsubscribed_at\n"
            + "ana@readers.test,Ana,Novak,active,free,2023-03-24 10:23:10 UTC,,\n"
            + "left@readers.test,,,active,premium,2023-03-24 10:23:10 UTC,cus_1,2024-03-13 11:33:53 UTC\n"
            + "gone@readers.test,,,inactive,free,2023-03-24 10:23:10 UTC,,\n";
        var standing = await Imports(file);
        Assert.That((standing.Findings.Files.Single().System, standing.Findings.Refused), Is.EqualTo(("beehiiv", 0)));
        Assert.That((await StatusOf("ana@readers.test"), await StatusOf("left@readers.test"), await StatusOf("gone@readers.test")),
            Is.EqualTo(("pending", "unsubscribed", "unsubscribed")), "nobody's word has confirmed the first one");
        await Imports(file, new() { Status = ReaderStatus.Confirmed });
        Assert.That((await StatusOf("ana@readers.test"), await StatusOf("left@readers.test"), await StatusOf("gone@readers.test")),
            Is.EqualTo(("confirmed", "unsubscribed", "unsubscribed")));
    }

    [Test]
    public async Task A_file_without_a_header_is_refused_and_its_first_reader_is_not_quoted()
    {
        var fault = (await Assert.ThrowsAsync<UnreadableFileException>(() => Reads("list.csv", "ana@readers.test,Ana\n"u8.ToArray())))!;
        Assert.That(fault.Message, Does.Contain("no header").And.Not.Contain("ana@").And.Not.Contain("Ana"));
    }

    [TestCase("<!DOCTYPE html>\n<title>Sign in</title>", "web page")]
    [TestCase("\n<?xml version=\"1.0\"?><Error/>", "web page")]
    [TestCase("%PDF-1.7\n", "PDF")]
    [TestCase("\u001F\u008B\u0008", "Unpack it first")]
    [TestCase("\u00D0\u00CF\u0011\u00E0", "Excel workbook")]
    [TestCase("email,name\nana@readers.test,A\0na\n", "NUL")]
    [TestCase("email,name,Email\nana@readers.test,Ana,ben@readers.test\n", "two columns email")]
    [TestCase("Электронная почта;Статус\nana@readers.test;подписан\n", "--map \"Электронная почта=email\"")]
    public async Task A_file_of_another_kind_is_refused_by_what_it_is(string content, string why)
    {
        var bytes = content.Any(sign => sign is >= '\u0080' and <= '\u00FF') ? Encoding.Latin1.GetBytes(content)
            : Encoding.UTF8.GetBytes(content);
        var fault = (await Assert.ThrowsAsync<UnreadableFileException>(() => Reads("list.csv", bytes)))!;
        Assert.That(fault.Message, Does.Contain(why).And.Not.Contain("ana@").And.Not.Contain("Ana"));
    }

    [Test]
    public async Task Columns_that_may_say_who_left_and_are_not_read_are_told()
    {
        const string file = "email,Opt-out,Bounces,Note\nana@readers.test,yes,3,x\n";
        Assert.That((await Imports(file)).Findings.Remarks, Has.Some.Contains("who left, and aren't read: Opt-out, Bounces."));
        var left = await Imports("email,left\nleft@readers.test,2024-01-01\n",
            new()
            {
                Status = ReaderStatus.Confirmed,
                ConsentDate = Start.AddYears(-1),
                Map = new Dictionary<string, string> { ["left"] = "unsubscribed_at" },
            });
        Assert.That((await StatusOf("left@readers.test"), left.Findings.Remarks.Count), Is.EqualTo(("unsubscribed", 0)));
    }

    [Test]
    public async Task Mailchimps_columns_of_those_who_left_win_over_a_name_that_says_subscribed()
    {
        var file = File.ReadAllBytes(Sample("mailchimp/unsubscribed_email_audience_export_3f2a1b9c0d.csv"));
        await Imports("subscribed_email_audience_export_1.csv", file);
        Assert.That((await StatusOf("left@example.com"), await StatusOf("abuse@example.com")), Is.EqualTo(("unsubscribed", "complained")));
        await Imports("renamed.csv", File.ReadAllBytes(Sample("mailchimp/subscribed_email_audience_export_3f2a1b9c0d.csv")));
        Assert.That(await StatusOf("jana.novotna@example.com"), Is.EqualTo("pending"), "only the name says that it holds subscribers");
    }

    [Test]
    public async Task A_dry_run_counts_by_consequence_and_changes_nothing()
    {
        await Given.Subscriber("left@readers.test", SubscriptionState.Unsubscribed);
        var before = await DumpAsync();
        var file = Encoding.UTF8.GetBytes(Header + "left@readers.test,,confirmed,2024-01-01\nana@readers.test,,confirmed,2024-01-01\n"
            + string.Concat(Enumerable.Range(1, 30).Select(number => $"p{number}@readers.test,,pending,\n")));
        var id = await Reads("readers.csv", file);
        var preview = await App.In<ReaderImports, ImportPreview>(imports => imports.PreviewAsync(id, null, CancellationToken.None));
        Assert.That(preview.Consequences["kept as unsubscribed, whatever the file says"].Examples,
            Is.EqualTo(new[] { "left@readers.test" }));
        Assert.That(preview.Consequences["new, confirmed"].Examples, Is.EqualTo(new[] { "ana@readers.test" }));
        var pending = preview.Consequences["new, pending"];
        Assert.That((pending.Readers, pending.Examples.Count), Is.EqualTo((30, 20)));
        await App.In<ReaderImports, bool>(async imports =>
        {
            await imports.DropAsync(id);
            return true;
        });
        Assert.That(await DumpAsync(), Is.EqualTo(before));
        await using var db = App.OpenDb();
        Assert.That(await db.ReaderImportPieces.CountAsync(), Is.Zero);
    }

    [Test]
    public async Task Whoever_left_another_system_long_ago_is_kept_for_a_year_from_the_import()
    {
        await Imports("email,status,unsubscribed_at\nleft@readers.test,unsubscribed,2019-01-01\n");
        Clock.Advance(TimeSpan.FromDays(300));
        await PurgesAsync();
        Assert.That(await StatusOf("left@readers.test"), Is.EqualTo("unsubscribed"));
        Clock.Advance(TimeSpan.FromDays(70));
        await PurgesAsync();
        Assert.That(await StatusOf("left@readers.test"), Is.Null);
        await Imports(Header + "left@readers.test,,confirmed,2024-01-01\n");
        Assert.That(await StatusOf("left@readers.test"), Is.Null, "its hash keeps a file from bringing it back");
    }

    private Task<bool> PurgesAsync() => App.In<Worker.Subscribers.Records.PurgeExpired, bool>(async purge =>
    {
        await purge.RunAsync(CancellationToken.None);
        return true;
    });

    private async Task<string> DumpAsync()
    {
        await using var db = App.OpenDb();
        var text = new List<string>();
        foreach (var row in await db.Subscribers.AsNoTracking().OrderBy(s => s.Id).ToListAsync())
            text.Add($"{row.Id} {Convert.ToHexString(row.SealedAddress)} {Convert.ToHexString(row.SealedName ?? [])} {row.Language} "
                + $"{Convert.ToHexString(row.SealedFields ?? [])} {Encoding.Latin1.GetString(row.SealedFields ?? [])} {row.CreatedAt:O}");
        foreach (var row in await db.Subscriptions.AsNoTracking().OrderBy(s => s.Id).ToListAsync())
            text.Add($"{row.SubscriberId} {row.State} {row.Source} {row.ConfirmedAt:O} {row.UnsubscribedAt:O} {row.CreatedAt:O}");
        foreach (var row in await db.Suppressions.AsNoTracking().ToListAsync())
            text.Add($"{Convert.ToHexString(row.AddressHash)} {row.Reason}");
        text.Add($"{await db.Set<SubscriberMail>().CountAsync()} messages");
        return string.Join('\n', text);
    }
}
