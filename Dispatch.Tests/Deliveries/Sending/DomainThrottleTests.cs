using Dispatch.Tests.Support;
using Dispatch.Worker.Deliveries.Sending;
using Dispatch.Worker.Mailing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Dispatch.Tests.Deliveries.Sending;

/// <summary>The limits for each receiving domain.</summary>
public class DomainThrottleTests() : DispatchTest(Provider.Sqlite)
{
    [TestCase(null, 10)]
    [TestCase(1, null)]
    [TestCase(1, 10)]
    public void Domains_of_a_long_list_are_forgotten_when_they_are_idle(int? connections, double? rate)
    {
        var throttle = Throttle(connections, rate);
        for (var number = 0; number < 20_000; number++)
        {
            var work = new Work($"host{number}.example");
            Assert.That(throttle.TryEnter(work), Is.True);
            throttle.Leave(work);
            Clock.Advance(TimeSpan.FromMilliseconds(1));
        }
        Assert.That(throttle.Remembered, Is.LessThan(2500));
    }

    [Test]
    public void A_busy_domain_is_not_forgotten()
    {
        var throttle = Throttle(connections: 1, rate: null);
        var busy = new Work("busy.example");
        Assert.That(throttle.TryEnter(busy), Is.True);
        for (var number = 0; number < 5000; number++)
        {
            var work = new Work($"host{number}.example");
            throttle.TryEnter(work);
            throttle.Leave(work);
        }
        Assert.That(throttle.TryEnter(new Work("busy.example")), Is.False, "one message to it is under way");
        throttle.Leave(busy);
        Assert.That(throttle.TryEnter(new Work("busy.example")), Is.True);
    }

    [Test]
    public void A_domain_whose_turn_has_not_come_is_not_forgotten()
    {
        var throttle = Throttle(connections: null, rate: 1);
        for (var number = 0; number < 5000; number++)
            throttle.TryEnter(new Work($"host{number}.example"));
        Assert.That(throttle.TryEnter(new Work("host1.example")), Is.False, "it had its message of this second");
        Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.That(throttle.TryEnter(new Work("host1.example")), Is.True);
    }

    private DomainThrottle Throttle(int? connections, double? rate)
    {
        var settings = new DeliverySettings();
        (settings.PerDomain.Connections, settings.PerDomain.MessagesPerSecond) = (connections, rate);
        return ActivatorUtilities.CreateInstance<DomainThrottle>(App.Services, Options.Create(settings), (TimeProvider)Clock);
    }

    private sealed class Work(string host) : IThrottledMail
    {
        public byte[]? SealedAddress => null;
        public string? Domain { get; set; } = host;
        public string? EnteredAs { get; set; }
    }
}
