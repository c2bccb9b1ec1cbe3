using Dispatch.Tests.Support;
using Dispatch.Tests.Support.Servers;
using Dispatch.Worker.Audit;
using Dispatch.Worker.Deliveries.Decisions;
using Dispatch.Worker.Issues;
using Dispatch.Worker.Newsletters;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Tests.Deliveries.Messages;

/// <summary>An issue's headers keep the newsletter's values from the start of sending.</summary>
[TestFixture(Provider.Sqlite), TestFixture(Provider.Postgres, Category = Needs.Postgres)]
public class FrozenHeadersTests(Provider provider) : DispatchTest(provider)
{
    [Test]
    public async Task A_newsletter_edited_in_the_middle_of_an_issue_changes_no_header_and_no_message_id_of_it()
    {
        await Given.ConfirmedSubscriber("ana@readers.test");
        Smtp.HangsUp(SmtpStep.EndOfData);
        var issue = await Given.IssueDueNow();
        await App.RunUntilIdle();
        await using (var db = App.OpenDb())
            await db.Newsletters.ExecuteUpdateAsync(set => set.SetProperty(newsletter => newsletter.From, "Another <other@elsewhere.test>")
                .SetProperty(newsletter => newsletter.Name, "Another")
                .SetProperty(newsletter => newsletter.ReplyTo, "answers@elsewhere.test")
                    .SetProperty(newsletter => newsletter.Locale, "de"));
        await RestartAsync();
        await App.RunAfter(TimeSpan.FromMinutes(5));
        await Given.ConfirmedSubscriber("new@readers.test");
        Assert.That(await App.In<SendingDesk, IssueOutcome>(desk => desk.SendNowAsync(issue, Actor.CommandLine)),
            Is.InstanceOf<IssueOutcome.Done>());
        await App.RunUntilIdle();

        Assert.That(Smtp.Recipients, Is.EqualTo(new[] { "ana@readers.test", "ana@readers.test", "new@readers.test" }));
        Assert.That(Smtp.Mails[0].MessageId, Is.EqualTo(Smtp.Mails[1].MessageId).And.EndsWith("@sender.test"));
        foreach (var header in new[] { "From", "Reply-To", "List-Id", "Content-Language", "Subject" })
            Assert.That(Smtp.Mails.Select(mail => mail.Message.Headers[header]).Distinct().Count(), Is.EqualTo(1), header);
        Assert.That(Smtp.Mails[2].MessageId, Does.EndWith("@sender.test"));

        var next = await Given.IssueDueNow();
        await App.RunUntilIdle();
        Assert.That(Smtp.Mails[^1].Message.From.ToString(), Does.Contain("elsewhere.test"), $"issue {next} begins with what holds now");
    }
}
