using System.Data.Common;
using Dispatch.Worker.Database;
using Dispatch.Worker.Database.Writing;
using Dispatch.Worker.Suppressions;
using Microsoft.EntityFrameworkCore.Storage;

namespace Dispatch.Worker.Subscribers.SignUp.Writing;

/// <summary>What PostgreSQL knows about the addresses of a group. Their readers' rows are locked.</summary>
internal sealed class KnownReaders
{
    private readonly Dictionary<string, long> subscribers = [];
    private readonly Dictionary<long, Dictionary<int, string>> subscriptions = [];
    private readonly Dictionary<string, DateTimeOffset> places = [];
    private readonly HashSet<string> suppressed = [];
    private readonly List<(int Id, string Slug)> newsletters = [];

    private const string PlacesSql =
        """SELECT "Key", "EndsAt" FROM "SignUpTallies" WHERE "Key" = ANY(@places) ORDER BY "Key" FOR UPDATE""";

    public static async Task<KnownReaders> ReadAsync(DispatchDb db, List<SignUpRow> group, List<PlaceSearch> places)
    {
        var known = new KnownReaders();
        await using var command = db.Command(
            $"""
            {ReadByKeys.InTransaction}
            SELECT "AddressHash", "Id" FROM "Subscribers" WHERE "AddressHash" = ANY(@hashes) ORDER BY "AddressHash" FOR NO KEY UPDATE;
            SELECT s."SubscriberId", s."NewsletterId", s."State" FROM "Subscriptions" s
              JOIN "Subscribers" r ON r."Id" = s."SubscriberId" WHERE r."AddressHash" = ANY(@hashes);
            {PlacesSql};
            SELECT "AddressHash", "Reason" FROM "Suppressions" WHERE "AddressHash" = ANY(@hashes);
            SELECT "Id", "Slug" FROM "Newsletters" ORDER BY "Id"
            """, ("hashes", group.Select(row => row.AddressHash).ToArray()), ("places", All(places)));
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

    /// <summary>Reads the places that searches look at now, after <see cref="TryPlace"/> has found none of the last ones free.</summary>
    public async Task ReadPlacesAsync(DispatchDb db, List<PlaceSearch> searches)
    {
        await using var command = db.Command(PlacesSql, ("places", All(searches)));
        command.Transaction = db.Database.CurrentTransaction!.GetDbTransaction();
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
            AddPlace(reader);
    }

    /// <summary>Gives a sign-up the first free one of the places last read. Returns false if none is free.</summary>
    public bool TryPlace(PlaceSearch search, DateTimeOffset now)
    {
        search.Row.Place = Array.Find(
            search.Places, place => !places.TryGetValue(Convert.ToHexString(place), out var ends) || ends <= now);
        return search.Row.Place is not null;
    }

    /// <summary>Fills in what is to be written for a sign-up. Returns false if there is nothing to write.</summary>
    public bool Complete(SignUpRow row)
    {
        var hash = Convert.ToHexString(row.AddressHash);
        long? subscriber = subscribers.TryGetValue(hash, out var id) ? id : null;
        return row.Complete(newsletters, subscriber, subscriptions.GetValueOrDefault(id, []), suppressed.Contains(hash));
    }

    private static byte[][] All(List<PlaceSearch> searches) => [.. searches.SelectMany(search => search.Places)];

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
