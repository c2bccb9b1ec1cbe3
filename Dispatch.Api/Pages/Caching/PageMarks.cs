using Dispatch.Worker.Scheduling;
using Microsoft.AspNetCore.OutputCaching;

namespace Dispatch.Api.Pages.Caching;

/// <summary>
/// The marks by which a cached page is known to be current. A mark is part of a cached page's key, so a page is not found after its mark
/// has changed. Marks are read again after each commit of this process, when a slot passes, and when they are a second old (another process
/// may have changed the tables). If the database can't be read, the last marks are used.
/// </summary>
public sealed class PageMarks(PublicMarks marks, IOutputCacheStore store, TimeProvider clock, ILogger<PageMarks> log)
{
    /// <summary>The age at which marks are read again. Requests use the old marks until the new ones have been read.</summary>
    public static readonly TimeSpan GoodFor = TimeSpan.FromSeconds(1);

    /// <summary>The age from which a request waits for new marks instead of using the old ones.</summary>
    public static readonly TimeSpan TooOldAfter = TimeSpan.FromSeconds(2);

    // A database that does not answer must not hold up readers for long.
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);

    // In tests, several apps share the store within a process.
    private readonly string app = Guid.NewGuid().ToString("n");
    private readonly Lock locked = new();
    private CurrentMarks? current;
    private Task<CurrentMarks?>? reading;

    /// <summary>Returns the marks, or null until they have been read for the first time (<see cref="BeginAsync"/>).</summary>
    public ValueTask<CurrentMarks?> CurrentAsync()
    {
        if (Volatile.Read(ref current) is not { } known)
            return ValueTask.FromResult<CurrentMarks?>(null);
        var age = clock.GetElapsedTime(known.ReadAt);
        if (known.Writes != marks.Commits || age >= TooOldAfter || clock.GetUtcNow() >= known.Until)
            return new(WaitAsync(known));
        if (age >= GoodFor)
            _ = ReadOnceAsync();
        return ValueTask.FromResult<CurrentMarks?>(known);
    }

    /// <summary>
    /// Reads the marks if they have never been read. Pages don't wait for this: until then, they are served without the cache.
    /// </summary>
    public Task BeginAsync() => Volatile.Read(ref current) is null ? ReadOnceAsync() : Task.CompletedTask;

    private async Task<CurrentMarks?> WaitAsync(CurrentMarks known)
    {
        var seen = marks.Commits;
        try
        {
            CurrentMarks? read;
            do
                read = await ReadOnceAsync().WaitAsync(Patience, clock);
            while (read?.Writes < seen); // a read already in progress may miss the commit
            return read ?? known;
        }
        catch (TimeoutException)
        {
            return known;
        }
    }

    // All requests share one read at a time.
    private Task<CurrentMarks?> ReadOnceAsync()
    {
        lock (locked)
        {
            if (reading is { IsCompleted: false } running)
                return running;
            return reading = Task.Run(ReadAsync);
        }
    }

    private async Task<CurrentMarks?> ReadAsync()
    {
        try
        {
            CurrentMarks read;
            do
            {
                var (count, at) = (marks.Commits, clock.GetTimestamp());
                read = new CurrentMarks(app, await marks.ReadAsync(CancellationToken.None), count, at);
            }
            while (read.Writes != marks.Commits);
            var before = Interlocked.Exchange(ref current, read);
            foreach (var tag in before?.TagsOfChanged(read) ?? [])
                await store.EvictByTagAsync(tag, CancellationToken.None);
            return read;
        }
        catch (Exception fault)
        {
            // Pages that need no database still work, and a request that waits gets the last marks.
            log.LogDebug("Whether public pages have changed can't be seen just now: {Fault}", fault.GetType().Name);
            return null;
        }
    }
}

/// <summary>The marks of all newsletters at one time.</summary>
/// <param name="App">The app to which the marks belong.</param>
/// <param name="Of">The marks by the newsletters' slugs.</param>
/// <param name="Writes">How many commits of this process the marks include.</param>
/// <param name="ReadAt">When the marks were read, as the clock's timestamp.</param>
public sealed record CurrentMarks(string App, IReadOnlyDictionary<string, PublicMark> Of, long Writes, long ReadAt)
{
    private readonly string all = string.Join('\n', Of.OrderBy(mark => mark.Key, StringComparer.Ordinal)
        .Select(mark => $"{mark.Key} {mark.Value.Text}"));

    /// <summary>The next instant at which a slot passes. The marks are then outdated.</summary>
    public DateTimeOffset Until { get; } = Of.Count == 0 ? DateTimeOffset.MaxValue : Of.Values.Min(mark => mark.Until);

    /// <summary>Returns the mark of a page, or null if its newsletter does not exist.</summary>
    internal string? OfPage(PublicPage page) => page.Slug is null ? all : Of.GetValueOrDefault(page.Slug)?.Text;

    /// <summary>Returns the cache tag of a newsletter's pages, or of the pages about all newsletters.</summary>
    internal string TagOf(PublicPage page) => $"{App}:{page.Slug ?? "*"}";

    internal IEnumerable<string> TagsOfChanged(CurrentMarks after)
    {
        if (all == after.all)
            yield break;
        yield return TagOf(new PublicPage(null));
        foreach (var (slug, mark) in Of)
            if (after.Of.GetValueOrDefault(slug)?.Text != mark.Text)
                yield return TagOf(new PublicPage(slug));
    }
}
