using Dispatch.Worker.Database;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Dispatch.Worker.Bounces.Mailboxes;

/// <summary>Reads all configured mailboxes, independently of each other, as long as the worker runs.</summary>
internal sealed class MailboxReaders(
    IOptions<BounceSettings> settings, IServiceScopeFactory scopes, IDbContextFactory<DispatchDb> databases, DatabaseClock leases,
    ReadingPace pace, TimeProvider clock, ILogger<MailboxReaders> log) : BackgroundService
{
    private readonly MailboxReader[] readers = [.. settings.Value.Mailboxes.Select((mailbox, number) =>
        new MailboxReader(number, mailbox, scopes, databases, leases, pace, clock, log))];

    /// <summary>Reads what is in the mailboxes now. Returns the number of messages processed.</summary>
    /// <param name="cancel">Stops before the next message.</param>
    /// <param name="waits">Whether to wait for more as long as a connection holds.</param>
    public async Task<int> ReadNowAsync(CancellationToken cancel, bool waits = false)
    {
        var read = 0;
        foreach (var reader in readers)
            read += await reader.ReadAsync(waits, cancel);
        return read;
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(readers.Select(reader => Task.Run(() => reader.RunAsync(stoppingToken), CancellationToken.None)));
}
