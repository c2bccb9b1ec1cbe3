using Dispatch.Tests.Support;
using Dispatch.Tests.Support.Servers;
using Dispatch.Worker.Deliveries.Decisions;
using Dispatch.Worker.Hosting;
using Dispatch.Worker.Issues;
using Dispatch.Worker.Newsletters;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Dispatch.Tests.Scheduling;

/// <summary>A newsletter whose time zone or schedule this system does not know.</summary>
[TestFixture(Provider.Sqlite), TestFixture(Provider.Postgres, Category = Needs.Postgres)]
public class UnknownZoneTests(Provider provider) : DispatchTest(provider)
{
    [TestCase("Europe/Nowhere", "0 9 * * *")]
    [TestCase("Europe/Prague", "no rule")]
    public async Task Every_other_newsletter_goes_out_its_mails_are_retried_and_doctor_tells(string zone, string rule)
    {
        var broken = await Given.Newsletter("broken");
        await using (var db = App.OpenDb())
            await db.Newsletters.Where(newsletter => newsletter.Id == broken.Id)
                .ExecuteUpdateAsync(set => set.SetProperty(newsletter => newsletter.TimeZone, zone)
                    .SetProperty(newsletter => newsletter.Schedule, rule));
        await RestartAsync(); // the fault does not prevent the start
        await Given.ConfirmedSubscribers(3);
        var issue = await Given.IssueDueNow();
        Smtp.Answers("451 4.7.1 Later", SmtpStep.Recipient, "ana@readers.test", times: 1);
        await Reader.Subscribes("ana@readers.test", null, "china-in-eurasia");
        await App.RunUntilIdle();
        await App.RunAfter(TimeSpan.FromMinutes(5));
        Assert.That((await App.Issue(issue)).State, Is.EqualTo(IssueState.Sent));
        Assert.That(Smtp.MailFor("ana@readers.test"), Has.Count.EqualTo(1), "a reader's mail is tried again");
        await App.In<SlotJobs, int>(async jobs =>
        {
            await jobs.SyncAsync(CancellationToken.None);
            return 0;
        });
        var findings = new List<Finding>();
        await foreach (var finding in App.Services.GetRequiredService<Doctor>().ExamineAsync(askOthers: false, CancellationToken.None))
            findings.Add(finding);
        Assert.That(findings.Where(finding => finding.About == "slots" && finding.Grade is FindingGrade.Failed)
            .Select(finding => finding.Says), Has.One.StartsWith("broken: "));
        Assert.That(findings.Where(finding => finding.About == "slots" && finding.Grade is FindingGrade.Ok).ToList(), Has.Count.EqualTo(1));
    }
}
