using Dispatch.Tests.Support;
using Dispatch.Tests.Support.Servers;
using Dispatch.Worker.Audit;
using Dispatch.Worker.Issues;
using Dispatch.Worker.Issues.Content;
using Dispatch.Worker.Scheduling;
using Microsoft.EntityFrameworkCore;
using MimeKit;

namespace Dispatch.Tests.Deliveries.Sending;

/// <summary>The main path from sign-up to a received issue, through a real Postfix and a real mailbox.</summary>
[TestFixture(Provider.Sqlite), TestFixture(Provider.Postgres, Category = Needs.Postgres)]
[Category(Needs.Postfix)]
public class FirstIssueTests(Provider provider) : DispatchTest(provider)
{
    private const int Mailboxes = 5;
    private const int ReadersAMailbox = 5;

    private readonly string[] readers =
        [.. from mailbox in Enumerable.Range(1, Mailboxes) from tag in Enumerable.Range(1, ReadersAMailbox)
            select $"reader{mailbox}+{tag}@readers.test"];

    private static readonly SemaphoreSlim Mine = new(1);

    private Mailhost mailhost = null!;
    private bool mine;

    protected override IEnumerable<(string Key, string Value)> Configure() =>
    [
        ("Mail:Relays:0:Url", mailhost.RelayUrl), ("Newsletters:0:Schedule", "1 * * * *"), // the next slot is in a minute
        ("Subscriptions:PerAddressPerDay", $"{ReadersAMailbox}"), // the limit ignores tags such as +1
    ];

    [SetUp]
    public async Task EmptyTheMailboxes()
    {
        mailhost = await Requires.MailhostAsync();
        await Mine.WaitAsync();
        mine = true;
        for (var mailbox = 1; mailbox <= Mailboxes; mailbox++)
            await mailhost.EmptyAsync(Mailbox(mailbox));
    }

    [TearDown]
    public void LeaveTheMailboxes()
    {
        if (mine)
            Mine.Release();
    }

    [Test]
    public async Task Readers_subscribe_and_confirm_and_each_gets_the_issue_once_at_its_slot()
    {
        foreach (var reader in readers)
            (await Reader.Subscribes(reader, name: $"Reader {reader[6]}")).EnsureSuccessStatusCode();
        await App.RunUntilIdle();

        var confirmations = await MailsAsync(1);
        Assert.That(confirmations.Keys, Is.EquivalentTo(readers), "each is asked to confirm");
        foreach (var (_, mails) in confirmations)
            Assert.That((int)(await Reader.Confirms(ConfirmationLink(mails.Single()))).StatusCode, Is.LessThan(400));
        await App.RunUntilIdle();
        Assert.That((await MailsAsync(2)).Values.Select(mails => mails.Count), Is.All.EqualTo(2), "each is welcomed");

        var issue = await ScheduleIntoTheNextSlotAsync();
        await App.RunUntilIdle();
        Assert.That((await App.Issue(issue)).State, Is.EqualTo(IssueState.Scheduled), "the slot has not come");
        await App.RunAfter(TimeSpan.FromMinutes(1));

        Assert.That((await App.Issue(issue)).State, Is.EqualTo(IssueState.Sent));
        Assert.That(await App.Progress(issue), Has.Property("Audience").EqualTo(readers.Length).And.Property("Accepted")
            .EqualTo(readers.Length));
        var subject = (await App.Issue(issue)).Subject;
        var issues = (await MailsAsync(3))
            .ToDictionary(reader => reader.Key, reader => reader.Value.Where(mail => mail.Subject == subject).ToList());
        Assert.That(issues.Keys, Is.EquivalentTo(readers));
        Assert.That(issues.Values.Select(mails => mails.Count), Is.All.EqualTo(1), "once each");
        var sent = issues.Values.Select(all => all[0]).ToList();
        Assert.That(sent.Select(mail => mail.MessageId), Is.Unique);
        Assert.That(sent.Select(mail => mail.Headers[HeaderId.ListUnsubscribe]), Is.Unique);
        Assert.That(sent.Select(mail => mail.TextBody), Is.All.Not.Empty.And.All.Not.Contains("\uE000"));
        Assert.That(sent.Select(mail => mail.HtmlBody), Is.All.Not.Empty.And.All.Not.Contains("\uE000"));
    }

    private async Task<int> ScheduleIntoTheNextSlotAsync()
    {
        var newsletter = await Given.Newsletter();
        var written = await App.In<IssueDesk, IssueOutcome>(desk => desk.CreateAsync(newsletter.Slug, SampleIssue(), Actor.CommandLine));
        var issue = ((IssueOutcome.Done)written).Issue.Id;
        var slot = await App.In<Slots, DateTimeOffset?>(slots => slots.NextFreeAsync(newsletter));
        await using var db = App.OpenDb();
        (await db.Issues.SingleAsync(known => known.Id == issue)).ScheduleFor(slot!.Value);
        db.Add(new EditionSlot { NewsletterId = newsletter.Id, At = slot.Value, IssueId = issue });
        await db.SaveChangesAsync();
        return issue;
    }

    // The sample issue without its photos.
    private static IssueText SampleIssue()
    {
        var file = Directory.GetFiles(Shared.Folder("issues"), "*.md").Single(path => Path.GetFileName(path)[0] == '2');
        var parts = File.ReadAllText(file).Split("\n---\n", 2);
        var subject = parts[0].Split('\n').First(line => line.StartsWith("subject:", StringComparison.Ordinal))[8..].Trim().Trim('"');
        return new IssueText(subject, "", "", "first",
            string.Join('\n', parts[1].Split('\n').Where(line => !line.StartsWith("![", StringComparison.Ordinal))));
    }

    private static Uri ConfirmationLink(MimeMessage mail) =>
        new(mail.TextBody!.Split([' ', '\r', '\n'], StringSplitOptions.RemoveEmptyEntries)
            .First(word => word.Contains("/confirm/", StringComparison.Ordinal)));

    private async Task<Dictionary<string, List<MimeMessage>>> MailsAsync(int each)
    {
        var found = new List<MimeMessage>();
        for (var mailbox = 1; mailbox <= Mailboxes; mailbox++)
            found.AddRange(await mailhost.MailsAsync(Mailbox(mailbox), each * ReadersAMailbox));
        return found.GroupBy(mail => mail.To.Mailboxes.Single().Address).ToDictionary(group => group.Key, group => group.ToList());
    }

    private static string Mailbox(int number) => $"reader{number}@readers.test";
}
