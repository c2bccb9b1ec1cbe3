using Dispatch.Tests.Support;
using Dispatch.Worker.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace Dispatch.Tests.Deliveries.Messages;

/// <summary>A site with an unsubscribe mailbox. <see cref="IssueMailTests"/> covers a site without one.</summary>
[TestFixture(Provider.Sqlite)]
public class UnsubscribingByMailTests(Provider provider) : DispatchTest(provider)
{
    protected override IEnumerable<(string Key, string Value)> Configure() => [("Mail:UnsubscribeAddress", "leave@sender.test")];

    [Test]
    public async Task A_mailbox_that_is_read_is_offered_after_the_link_with_the_same_token()
    {
        await Given.ConfirmedSubscriber("ana@example.com");
        await Given.IssueDueNow();
        await App.RunUntilIdle();
        var headers = Smtp.MailFor("ana@example.com").Single().Message.Headers;
        Assert.That(headers["List-Unsubscribe"],
            Does.Match("^<http://localhost/unsubscribe/([a-z2-7]{40})>, <mailto:leave\\+\\1@sender.test\\?subject=unsubscribe>$"));
        Assert.That(headers["List-Unsubscribe-Post"], Is.EqualTo("List-Unsubscribe=One-Click"));
    }

    [Test]
    public async Task Doctor_says_that_a_person_has_to_read_it()
    {
        var findings = new List<Finding>();
        await foreach (var finding in App.Services.GetRequiredService<Doctor>().ExamineAsync(askOthers: false, CancellationToken.None))
            findings.Add(finding);
        var found = findings.Single(finding => finding.About == "unsubscribe");
        Assert.That((found.Grade, found.Says),
            Is.EqualTo((FindingGrade.Warning, "readers may unsubscribe by writing to leave@sender.test, which Dispatch doesn't read: "
            + "have a person do so, or empty Mail:UnsubscribeAddress")));
    }
}
