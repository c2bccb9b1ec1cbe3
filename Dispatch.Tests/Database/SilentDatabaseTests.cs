using System.Net;
using System.Net.Sockets;
using Dispatch.Worker.Database;
using Dispatch.Worker.Hosting;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Time.Testing;

namespace Dispatch.Tests.Database;

/// <summary>A server that takes connections and never says a word, as a frozen one does.</summary>
public class SilentDatabaseTests
{
    [Test]
    public async Task One_that_does_not_answer_within_seconds_is_not_ready_and_is_asked_once_at_a_time()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        var clock = new FakeTimeProvider();
        var contexts = new Contexts(((IPEndPoint)silent.LocalEndpoint).Port);
        var health = new DatabaseHealth(contexts, clock);
        for (var time = 0; time < 3; time++)
        {
            var checking = health.CheckHealthAsync(new HealthCheckContext());
            clock.Advance(TimeSpan.FromSeconds(5));
            Assert.That((await checking.WaitAsync(TimeSpan.FromSeconds(30))).Description, Is.EqualTo("the database doesn't answer"));
        }
        Assert.That(contexts.Created, Is.EqualTo(1));
    }

    private sealed class Contexts(int port) : IDbContextFactory<DispatchDb>
    {
        public int Created { get; private set; }

        public DispatchDb CreateDbContext()
        {
            Created++;
            return new PostgresDispatchDb(new DbContextOptionsBuilder<PostgresDispatchDb>()
                .UseNpgsql($"Host=127.0.0.1;Port={port};Database=dispatch;Username=dispatch;Pooling=false").Options);
        }
    }
}
