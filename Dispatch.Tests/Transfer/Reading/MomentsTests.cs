using System.Globalization;
using Dispatch.Worker.Transfer.Reading;

namespace Dispatch.Tests.Transfer.Reading;

public class MomentsTests
{
    [TestCase("2024-02-29", "2024-02-29T00:00:00Z"), TestCase("2024-03-31 02:30:00", "2024-03-31T02:30:00Z")]
    [TestCase("2023-04-19 13:37:00.123 +0200 CEST", "2023-04-19T11:37:00Z")]
    [TestCase("2023-08-15 12:00:00 +0600 +06", "2023-08-15T06:00:00Z")]
    [TestCase("2023-02-01 08:15:42.199433 +0000 UTC", "2023-02-01T08:15:42Z")]
    [TestCase("2024-03-13 00:03:09.183465+00:00", "2024-03-13T00:03:09Z")]
    [TestCase("2024-03-01T09:30:00.123456789+05:30", "2024-03-01T04:00:00Z")]
    [TestCase("2024-06-01T10:00:00.19943+02:00", "2024-06-01T08:00:00Z")]
    [TestCase("2024-03-01T09:30:00-0230", "2024-03-01T12:00:00Z"), TestCase("2024-03-01T09:30Z", "2024-03-01T09:30:00Z")]
    [TestCase("0000-00-00 00:00:00", null), TestCase("1970-01-01T00:00:00Z", null), TestCase("", null)]
    public void An_instant_is_read_as_its_system_wrote_it(string text, string? expected)
    {
        Assert.That(Moments.TryRead(text, out var at, out _), Is.True);
        Assert.That(at, Is.EqualTo(expected is null
            ? (DateTimeOffset?)null : DateTimeOffset.Parse(expected, CultureInfo.InvariantCulture)));
    }

    [TestCase("2024-02-30T00:00:00Z"), TestCase("1709200000"), TestCase("29.2.2024 10:00"), TestCase("02/03/2024"), TestCase("2024-02")]
    [TestCase("2024-02-29T25:00:00Z"), TestCase("2024-02-29T10:00:00+99:00"), TestCase("2024-02-29T10:00:00 CEST"), TestCase("yesterday")]
    [TestCase("2024-02-29x"), TestCase("2024-02-29T10:00:00.Zx")]
    public void What_would_have_to_be_guessed_is_no_instant(string text) => Assert.That(Moments.TryRead(text, out _, out _), Is.False);
}
