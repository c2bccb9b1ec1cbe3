using Dispatch.Worker.Bounces.Mailboxes;
using Dispatch.Worker.Deliveries.Sending;

namespace Dispatch.Tests.Bounces.Mailboxes;

/// <summary>How fast mailboxes are read while an issue goes out.</summary>
public class ReadingPaceTests
{
    [Test]
    public void Reports_make_way_for_an_issue_that_goes_out()
    {
        var live = new LiveRuns();
        var pace = new ReadingPace(live);
        Assert.That(pace.RestAfter(TimeSpan.FromMilliseconds(100)), Is.EqualTo(TimeSpan.Zero));
        live.TryBegin(1, 1);
        Assert.That(pace.RestAfter(TimeSpan.FromMilliseconds(100)), Is.EqualTo(TimeSpan.FromMilliseconds(400)));
        Assert.That(pace.RestAfter(TimeSpan.FromMinutes(1)), Is.EqualTo(TimeSpan.FromSeconds(2)), "a slow server stops nothing");
        live.End(1, 1);
        Assert.That(pace.RestAfter(TimeSpan.FromMilliseconds(100)), Is.EqualTo(TimeSpan.Zero));
    }
}
