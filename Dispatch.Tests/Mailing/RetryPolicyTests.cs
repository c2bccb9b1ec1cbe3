using Dispatch.Worker.Mailing;
using Microsoft.Extensions.Options;

namespace Dispatch.Tests.Mailing;

public class RetryPolicyTests
{
    private static readonly DateTimeOffset First = new(2026, 12, 2, 8, 0, 0, TimeSpan.Zero);

    private static readonly RetryPolicy Policy = new(Options.Create(new DeliverySettings { RetryFor = TimeSpan.FromDays(1) }));

    [TestCase(1, "00:01:00", TestName = "A minute after the first attempt")]
    [TestCase(2, "00:02:00", TestName = "Then twice as long")]
    [TestCase(3, "00:04:00", TestName = "And twice as long again")]
    [TestCase(8, "02:08:00", TestName = "Up to the eighth")]
    [TestCase(9, "04:00:00", TestName = "But never more than four hours")]
    [TestCase(10, "04:00:00", TestName = "However often it was tried")]
    [TestCase(int.MaxValue, "04:00:00", TestName = "However often anything can be tried")]
    public void Waits_within_a_fifth_of(int attempts, string expected)
    {
        var waits = Enumerable.Range(0, 200).Select(_ => Policy.NextAttempt(attempts, First, First)!.Value - First).ToList();
        var wait = TimeSpan.Parse(expected, System.Globalization.CultureInfo.InvariantCulture);
        Assert.That(waits, Is.All.InRange(wait * 0.8, wait * 1.2));
        Assert.That(waits.Distinct().Count(), Is.GreaterThan(100), "deferred mail does not come back as one wave");
    }

    [TestCase(1, "23:58:00", true, TestName = "Within the time is tried once more")]
    [TestCase(1, "23:59:30", false, TestName = "A wait that would end after the time is not begun")]
    [TestCase(9, "19:00:00", true, TestName = "Four hours that fit")]
    [TestCase(9, "21:00:00", false, TestName = "Four hours that do not fit any more")]
    [TestCase(1, "1.00:00:00", false, TestName = "At its end")]
    [TestCase(1, "3.00:00:00", false, TestName = "Long after its end")]
    public void Tries_until_RetryFor_after_the_first_attempt(int attempts, string after, bool again)
    {
        var now = First + TimeSpan.Parse(after, System.Globalization.CultureInfo.InvariantCulture);
        for (var i = 0; i < 50; i++)
            Assert.That(Policy.NextAttempt(attempts, First, now), again ? Is.InRange(now, First + TimeSpan.FromDays(1)) : Is.Null);
    }
}
