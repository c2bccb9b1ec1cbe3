using System.Collections.Concurrent;
using Dispatch.Api.Http.Failures;
using Microsoft.AspNetCore.Http;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Dispatch.Tests.Http;

public class OutageLogTests
{
    private readonly FakeTimeProvider clock = new();
    private readonly Lines lines = new();

    [Test]
    public void A_flood_of_failed_requests_is_one_line_a_minute_with_their_number()
    {
        var outages = new OutageLog(clock, lines);
        for (var request = 0; request < 1000; request++)
            Assert.That(outages.Takes(new SqliteException("disk I/O error", 10)), Is.True);
        Assert.That(lines, Has.Count.EqualTo(1));
        clock.Advance(TimeSpan.FromMinutes(1));
        outages.Takes(new IOException("No space left on device"));
        Assert.That(lines, Has.Count.EqualTo(2));
        Assert.That((lines.First(), lines.Last()), Is.EqualTo((
            "The database or the disk can't be used. Requests that failed since the last such entry: 1: disk I/O error",
            "The database or the disk can't be used. Requests that failed since the last such entry: 1000: No space left on device")));
    }

    [TestCase(typeof(InvalidOperationException)), TestCase(typeof(BadHttpRequestException))]
    public void A_bug_and_a_bad_request_are_logged_as_ever(Type fault)
    {
        Assert.That(new OutageLog(clock, lines).Takes((Exception)Activator.CreateInstance(fault, "no outage")!), Is.False);
        Assert.That(lines, Is.Empty);
    }

    private sealed class Lines : ConcurrentQueue<string>, ILogger<OutageLog>
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel level, EventId id, TState state, Exception? fault, Func<TState, Exception?, string> words) =>
            Enqueue($"{words(state, fault)}: {fault?.Message}");
    }
}
