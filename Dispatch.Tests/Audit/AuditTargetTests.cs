using Dispatch.Worker.Audit;

namespace Dispatch.Tests.Audit;

public class AuditTargetTests
{
    [Test]
    public void What_an_entry_names_is_written_as_the_entries_of_before_have_it() => Assert.That(
        new[]
        {
            AuditTarget.Newsletter(1), AuditTarget.Issue(12), AuditTarget.Delivery(12, -4503599627370496),
            AuditTarget.Subscriber(4503599627370496),
            AuditTarget.Staff(3), AuditTarget.Token(2), AuditTarget.Key(5), AuditTarget.Suppressions, AuditTarget.Subscribers,
        }.Select(target => target.Name),
        Is.EqualTo(new[]
        {
            "newsletter:1", "issue:12", "delivery:12--4503599627370496", "subscriber:4503599627370496",
            "staff:3", "token:2", "key:5", "suppressions", "subscribers",
        }));

    [TestCase("staff:3", 3)]
    [TestCase("token:3", null, Description = "a program")]
    [TestCase("staff:three", null)]
    [TestCase("staff:99999999999", null, Description = "no id of ours")]
    [TestCase("command line", null)]
    public void A_member_of_staff_is_read_back(string name, int? id) =>
        Assert.That((AuditTarget.StaffIdIn(name), new Actor(name).StaffId), Is.EqualTo((id, id)));
}
