using Dispatch.Worker.Mailing;

namespace Dispatch.Tests.Deliveries.Sending;

public class WarmUpPlanTests
{
    [TestCase("2026-11-23", 200, 1.5, 200, TestName = "A day before the plan begins has what the first day has")]
    [TestCase("2026-11-24", 200, 1.5, 200, TestName = "The first day")]
    [TestCase("2026-11-25", 200, 1.5, 300, TestName = "The second has so many times more")]
    [TestCase("2026-11-27", 200, 1.5, 675, TestName = "The fourth")]
    [TestCase("2026-11-28", 200, 1.5, 1012, TestName = "Half a mail is none")]
    [TestCase("2027-03-01", 1, 1, 1, TestName = "A plan that does not grow")]
    [TestCase("2026-12-03", 1, 10, 1_000_000_000, TestName = "A plan that grows tenfold")]
    [TestCase("2026-12-04", 1, 10, null, TestName = "More than can be counted is no limit")]
    [TestCase("2036-11-24", 200, 1.5, null, TestName = "Ten years on")]
    public void A_day_has_so_many_mails(string day, int firstDay, double growth, int? expected)
    {
        var plan = new WarmUpSettings { From = new(2026, 11, 24), FirstDay = firstDay, Growth = growth };
        Assert.That(plan.LimitOn(DateOnly.Parse(day, System.Globalization.CultureInfo.InvariantCulture)), Is.EqualTo(expected));
    }

    [Test]
    public void Without_a_plan_there_is_no_limit() => Assert.That(new WarmUpSettings().LimitOn(new(2026, 11, 24)), Is.Null);
}
