using Dispatch.Tests.Bounces;
using Dispatch.Tests.Support;
using Dispatch.Tests.Support.Browsers;
using Dispatch.Worker.Bounces.Consequences;
using Dispatch.Worker.Staff;
using Dispatch.Worker.Suppressions;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Tests.Ops;

/// <summary>The page <c>/ops/bounces</c>, where only ops can undo what followed.</summary>
[TestFixture(Provider.Sqlite)]
public class BouncesPageTests(Provider provider) : DispatchTest(provider)
{
    [Test]
    public async Task It_explains_each_verdict_and_names_no_reader()
    {
        await CameBackAsync("5.1.1", "5.7.26");
        var ops = await DeskBrowser.SignedInAsync(App, "ops@news.test", StaffRoles.Ops);
        await ops.OpenAsync("/ops/bounces");
        Assert.That(ops.Text, Does.Contain("the mailbox doesn't exist").And.Contain("code 5.1.1, in the delivery status (RFC 3464)")
            .And.Contain("reader suppressed").And.Contain("known by the address it came to"));
        Assert.That(ops.Text, Does.Contain("Mail was refused because of us").And.Contain("1 at other: several authentication checks fail"));
        Assert.That(ops.Text, Does.Not.Contain("readers.test"));
        await ops.OpenAsync("/ops/bounces?kind=Policy");
        Assert.That(ops.Page.QuerySelectorAll("#latest ~ .scroll tbody tr"), Has.Length.EqualTo(1));
        await ops.OpenAsync("/ops");
        Assert.That(ops.Text, Does.Contain("messages refused because of us in the last day: 1"));
    }

    [Test]
    public async Task Ops_undo_one_or_a_whole_day_and_others_only_look()
    {
        await CameBackAsync("5.1.1", "5.1.1", "5.1.1");
        var editor = await DeskBrowser.SignedInAsync(App, "editor@news.test", StaffRoles.Editor);
        await editor.OpenAsync("/ops/bounces");
        Assert.That((editor.Status, editor.Page.QuerySelector("main form")), Is.EqualTo((200, (object?)null)));
        var ops = await DeskBrowser.SignedInAsync(App, "ops@news.test", StaffRoles.Ops);
        await ops.OpenAsync("/ops/bounces");
        await ops.SubmitAsync("form[action='/ops/bounces?handler=undo&id=2']");
        Assert.That(ops.Text, Does.Contain("Undone. The reader gets the next issue"));
        Assert.That(await SuppressedAsync(), Is.EqualTo(2));
        await ops.SubmitAsync("form[action='/ops/bounces?handler=undoday&day=2026-11-24']");
        Assert.That(ops.Text, Does.Contain("Undone for 2 readers."));
        Assert.That(await SuppressedAsync(), Is.Zero);
    }

    private async Task CameBackAsync(params string[] statuses)
    {
        var readers = await Given.ConfirmedSubscribers(statuses.Length);
        await Given.IssueDueNow();
        await App.RunUntilIdle();
        foreach (var (reader, status) in readers.Zip(statuses))
            await App.In<Intake, IntakeResult>(intake => intake.TakeAsync(
                ComeBack.Dsn(Smtp.MailFor(reader.Address)[0].Sender, reader.Address, status), default));
    }

    private async Task<int> SuppressedAsync()
    {
        await using var db = App.OpenDb();
        return await db.Suppressions.CountAsync();
    }
}
