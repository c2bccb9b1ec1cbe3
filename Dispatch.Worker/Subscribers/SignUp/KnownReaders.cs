using System.Data.Common;
using Dispatch.Worker.Database;
using Dispatch.Worker.Suppressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace Dispatch.Worker.Subscribers.SignUp;

/// <summary>What the database knows about the addresses of a group. Their readers' rows are locked.</summary>
internal sealed class KnownReaders
{
    private readonly Dictionary<string, long> subscribers = [];
    private readonly Dictionary<long, Dictionary<int, string>> subscriptions = [];
    private readonly Dictionary<string, DateTimeOffset> places = [];
    private readonly HashSet<string> suppressed = [];
    private readonly List<(int Id, string Slug)> newsletters = [];

    public static async Task<KnownReaders> ReadAsync(DispatchDb db, List<SignUpRow> group)
    {
        var known = new KnownReaders();
        var values = new List<(string, object)>();
        var hashes = In(db, "h", group.Select(row => row.AddressHash), values);
        var places = In(db, "p", group.SelectMany(row => row.Places), values);
        await using var command = db.Command(
            $"""
            SELECT "AddressHash", "Id" FROM "Subscribers" WHERE "AddressHash" {hashes} ORDER BY "AddressHash"
              {LockedBy(db, "FOR NO KEY UPDATE")};
            SELECT s."SubscriberId", s."NewsletterId", s."State" FROM "Subscriptions" s
              JOIN "Subscribers" r ON r."Id" = s."SubscriberId" WHERE r."AddressHash" {hashes};
            {PlacesSql(db, places)};
            SELECT "AddressHash", "Reason" FROM "Suppressions" WHERE "AddressHash" {hashes};
            SELECT "Id", "Slug" FROM "Newsletters" ORDER BY "Id"
            """, [.. values]);
        command.Transaction = db.Database.CurrentTransaction!.GetDbTransaction();
        await using var reader = await command.ExecuteReaderAsync();
        await EachAsync(() => known.subscribers[Key(reader)] = reader.GetInt64(1));
        await EachAsync(() => known.Add(reader.GetInt64(0), reader.GetInt32(1), reader.GetString(2)));
        await EachAsync(() => known.AddPlace(reader));
        await EachAsync(() => known.Suppress(Key(reader), reader.GetString(1)));
        await EachAsync(() => known.newsletters.Add((reader.GetInt32(0), reader.GetString(1))));
        return known;

        async Task EachAsync(Action take)
        {
            while (await reader.ReadAsync())
                take();
            await reader.NextResultAsync();
        }
    }

    /// <summary>Reads the next places of sign-ups for which <see cref="TryPlace"/> found no free place.</summary>
    public async Task ReadPlacesAsync(DispatchDb db, List<SignUpRow> group)
    {
        var values = new List<(string, object)>();
        var places = In(db, "p", group.SelectMany(row => row.Places), values);
        await using var command = db.Command(PlacesSql(db, places), [.. values]);
        command.Transaction = db.Database.CurrentTransaction!.GetDbTransaction();
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
            AddPlace(reader);
    }

    /// <summary>Gives a sign-up the first free one of the places last read. Returns false if none is free.</summary>
    public bool TryPlace(SignUpRow row, DateTimeOffset now)
    {
        row.Place = Array.Find(row.Places, place => !places.TryGetValue(Convert.ToHexString(place), out var ends) || ends <= now);
        return row.Place is not null;
    }

    /// <summary>Fills in what is to be written for a sign-up. Returns false if there is nothing to write.</summary>
    public bool Complete(SignUpRow row)
    {
        row.UnknownNewsletter = row.Slugs.Any(slug => !newsletters.Exists(newsletter => newsletter.Slug == slug));
        var chosen = row.Slugs.Count == 0 ? newsletters.Take(1) : newsletters.Where(newsletter => row.Slugs.Contains(newsletter.Slug));
        row.SubscriberId = subscribers.TryGetValue(Convert.ToHexString(row.AddressHash), out var id) ? id : null;
        var states = row.SubscriberId is null ? null : subscriptions.GetValueOrDefault(id);
        row.Unknown = [.. chosen.Select(newsletter => newsletter.Id).Where(newsletter => states?.ContainsKey(newsletter) is not true)];
        row.ToConfirm = [.. chosen.Select(newsletter => newsletter.Id).Where(newsletter => states is null
            || !states.TryGetValue(newsletter, out var state) || state != nameof(SubscriptionState.Confirmed))];
        return !row.UnknownNewsletter && row.Place is not null && !suppressed.Contains(Convert.ToHexString(row.AddressHash));
    }

    private static string PlacesSql(DispatchDb db, string places) =>
        $"""SELECT "Key", "EndsAt" FROM "SignUpTallies" WHERE "Key" {places} ORDER BY "Key" {LockedBy(db, "FOR UPDATE")}""";

    // SQLite has no locks on rows: the transaction has locked the whole file.
    private static string LockedBy(DispatchDb db, string clause) => db is PostgresDispatchDb ? clause : "";

    private static string In(DispatchDb db, string name, IEnumerable<byte[]> keys, List<(string, object)> values)
    {
        var all = keys.ToArray();
        if (db is PostgresDispatchDb)
        {
            values.Add((name, all));
            return $"= ANY(@{name})";
        }
        values.AddRange(all.Select((value, index) => ($"{name}{index}", (object)value)));
        return $"IN ({string.Join(", ", Enumerable.Range(0, all.Length).Select(index => $"@{name}{index}"))})";
    }

    private static string Key(DbDataReader reader) => Convert.ToHexString(reader.GetFieldValue<byte[]>(0));

    private void AddPlace(DbDataReader reader) =>
        places[Key(reader)] = new(DateTime.SpecifyKind(reader.GetDateTime(1), DateTimeKind.Utc));

    private void Add(long subscriber, int newsletter, string state)
    {
        if (!subscriptions.TryGetValue(subscriber, out var states))
            subscriptions[subscriber] = states = [];
        states[newsletter] = state;
    }

    private void Suppress(string hash, string reason)
    {
        if (!MayBeMailed.Allows(Enum.Parse<SuppressionReason>(reason), asks: true))
            suppressed.Add(hash);
    }
}
