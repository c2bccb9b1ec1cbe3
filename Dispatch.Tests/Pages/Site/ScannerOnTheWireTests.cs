using System.Text;
using Dispatch.Tests.Support;
using Dispatch.Tests.Support.Browsers;
using Dispatch.Worker.Audit;
using Dispatch.Worker.Subscribers;
using Dispatch.Worker.Subscribers.Choices;
using Dispatch.Worker.Subscribers.Confirmations;
using Dispatch.Worker.Subscribers.Mails;
using Dispatch.Worker.Subscribers.SignUp;
using Dispatch.Worker.Suppressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.Playwright;
using static System.FormattableString;

namespace Dispatch.Tests.Pages.Site;

/// <summary>
/// A reader uses a real browser while a scanner follows every link in every message. Nothing that the scanner opens may change anything.
/// </summary>
[TestFixture(Provider.Sqlite)]
[Category(Needs.Chromium)]
public class ScannerOnTheWireTests(Provider provider) : DispatchTest(provider)
{
    private const string Ana = "ana@readers.test";
    private const string Anna = "anna@readers.test";

    private readonly HashSet<string> scanned = [];
    private Chromium chromium = null!;

    protected override bool Served => true;

    [Test]
    public async Task A_reader_goes_all_the_way_and_a_scanner_nowhere()
    {
        await using var browser = chromium = await Chromium.LaunchAsync();
        var page = await chromium.VisitorAsync(width: 390);

        await page.GotoAsync(App.Url.ToString());
        await page.FillAsync("input[type=email]", Ana);
        await page.ClickAsync("form[action^='/subscribe'] button");
        await MailsArriveAsync();
        await PressAsync(page, Reader.ConfirmationLink(Ana).ToString());
        Assert.That(await StateAsync(), Is.EqualTo(SubscriptionState.Pending), "the scanner was here a moment ago");
        Clock.Advance(HoneypotLink.ToRead);
        await page.ClickAsync("main form button");
        Assert.That(await StateAsync(), Is.EqualTo(SubscriptionState.Confirmed));
        await MailsArriveAsync();

        await Given.IssueDueNow();
        await MailsArriveAsync();
        await PressAsync(page, Smtp.MailFor(Ana)[^1].UnsubscribeLink.ToString());
        Assert.That(await StateAsync(), Is.EqualTo(SubscriptionState.Unsubscribed));
        await page.CheckAsync("input[value='no-time']");
        await page.ClickAsync("button:has-text('Send answer')");
        await page.ClickAsync("button[name=undo]");
        Assert.That(await StateAsync(), Is.EqualTo(SubscriptionState.Confirmed));

        await PressAsync(page, Smtp.MailFor(Ana)[^1].Link("/preferences/").ToString(), "main .panel button");
        await MailsArriveAsync();
        await page.GotoAsync(Smtp.MailFor(Ana)[^1].Link("/preferences/").ToString());
        await page.FillAsync("#name", "Ana Novak");
        await page.ClickAsync("button[value=about]");
        await page.FillAsync("#until", "2026-12-24");
        await page.ClickAsync("button[value=pause]");
        Assert.That(await page.InnerTextAsync("main"), Does.Contain("December 24, 2026"));
        await page.ClickAsync("button[value=resume]");
        var download = await page.RunAndWaitForDownloadAsync(() => page.ClickAsync("button[value=json]"));
        Assert.That(await File.ReadAllTextAsync(await download.PathAsync()), Does.Contain("Ana Novak"));
        await page.FillAsync("#email", Anna);
        await page.ClickAsync("button[value=address]");
        await MailsArriveAsync();
        await PressAsync(page, Smtp.MailFor(Anna)[^1].Link("/address/").ToString());
        Assert.That(await page.InnerTextAsync("h1"), Is.EqualTo("Your address has been changed"));
        await MailsArriveAsync();

        await PressAsync(page, Smtp.MailFor(Ana)
            .First(mail => mail.Links.Any(link => link.AbsolutePath.Length == "/preferences/".Length + 40))
                .Link("/preferences/").ToString(), "main .panel button");
        await MailsArriveAsync();
        await page.GotoAsync(Smtp.MailFor(Anna)[^1].Link("/preferences/").ToString());
        await page.ClickAsync("summary");
        await page.ClickAsync("button[value=erase]");
        Assert.That(await page.InnerTextAsync("h1"), Is.EqualTo("Your data has been deleted"));
        await using var db = App.OpenDb();
        Assert.That(await db.Subscribers.CountAsync(), Is.Zero);
        Assert.That(scanned, Has.Count.GreaterThanOrEqualTo(10), "the scanner was at work");
    }

    private static async Task PressAsync(IPage page, string link, string button = "main form button")
    {
        await page.GotoAsync(link);
        await page.ClickAsync(button);
    }

    /// <summary>Delivers the messages, has the scanner follow all links, and checks that nothing has changed.</summary>
    private async Task MailsArriveAsync()
    {
        await App.RunUntilIdle();
        var before = await EverythingAsync();
        var robot = await chromium.VisitorAsync(script: true);
        foreach (var link in Smtp.Mails.SelectMany(mail => mail.AllLinks).Where(link => scanned.Add(link.ToString())).ToList())
        {
            foreach (var method in new[] { HttpMethod.Head, HttpMethod.Get })
                (await App.Http.SendAsync(new HttpRequestMessage(method, link))).Dispose();
            await robot.GotoAsync(link.ToString(), new() { WaitUntil = WaitUntilState.Load });
        }
        await robot.Context.CloseAsync();
        await App.RunUntilIdle();
        Assert.That(await EverythingAsync(), Is.EqualTo(before));
    }

    // Returns what a scanner's visit must not change.
    private async Task<string> EverythingAsync()
    {
        await using var db = App.OpenDb();
        var all = new StringBuilder();
        foreach (var s in await db.Subscribers.AsNoTracking().OrderBy(s => s.Id).ToListAsync())
            all.AppendLine(Invariant($"{s.Id} {Convert.ToHexString(s.AddressHash)} {s.SealedName?.Length} {s.Language}"));
        foreach (var s in await db.Subscriptions.AsNoTracking().OrderBy(s => s.Id).ToListAsync())
            all.AppendLine(Invariant($"{s.Id} {s.State} {s.ConfirmedAt} {s.UnsubscribedAt} {s.PausedUntil} {s.SaidWhy}"));
        foreach (var c in await db.Confirmations.AsNoTracking().OrderBy(c => c.Id).ToListAsync())
            all.AppendLine(Invariant($"{c.Id} {c.UsedAt} {c.RemindedAt} {c.DoubtedAt}"));
        foreach (var link in await db.OneTimeLinks.AsNoTracking().OrderBy(link => link.Id).ToListAsync())
            all.AppendLine(Invariant($"{link.Id} {link.Purpose} {link.UsedAt}"));
        all.AppendLine(Invariant($"{await db.SubscriberMails.CountAsync()} {await db.Suppressions.CountAsync()}"));
        all.AppendLine(Invariant($"{await db.UnsubscribeCounts.CountAsync()}"));
        all.AppendLine(Invariant($"{await db.Audit.CountAsync(entry => entry.Action != "confirmation.scanned")}"));
        return all.ToString();
    }

    private async Task<SubscriptionState> StateAsync()
    {
        await using var db = App.OpenDb();
        return (await db.Subscriptions.SingleAsync()).State;
    }
}
