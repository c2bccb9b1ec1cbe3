using Dispatch.Tests.Bounces;
using Dispatch.Tests.Support;
using Dispatch.Worker.Bounces.Consequences;
using Dispatch.Worker.Suppressions;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Tests.Deliveries.Messages;

/// <summary>An address for complaints by RFC 9477 (CFBL).</summary>
[TestFixture(Provider.Sqlite), TestFixture(Provider.Postgres, Category = Needs.Postgres)]
public class ComplaintAddressTests(Provider provider) : DispatchTest(provider)
{
    protected override IEnumerable<(string Key, string Value)> Configure() => [("Mail:ComplaintAddress", "fbl@sender.test")];

    [Test]
    public async Task An_issue_names_it_and_a_complaint_that_returns_the_id_alone_is_its_readers()
    {
        await Given.ConfirmedSubscriber("ana@readers.test");
        await Given.IssueDueNow();
        await App.RunUntilIdle();
        var header = Smtp.MailFor("ana@readers.test")[0].Message.Headers;
        Assert.That(header["CFBL-Address"], Is.EqualTo("fbl@sender.test; report=arf"));
        Assert.That(header["CFBL-Feedback-ID"], Does.Match("^[a-z2-7]{40}$"));
        await App.In<Intake, IntakeResult>(intake => intake.TakeAsync(
            ComeBack.Complaint($"CFBL-Feedback-ID: {header["CFBL-Feedback-ID"]}"), default));
        await using var db = App.OpenDb();
        Assert.That((await db.Suppressions.SingleAsync()).Reason, Is.EqualTo(SuppressionReason.Complaint));
    }
}
