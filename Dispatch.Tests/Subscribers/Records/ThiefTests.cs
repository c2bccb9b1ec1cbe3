using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Dispatch.Tests.Support;
using Dispatch.Worker.Addresses;
using Dispatch.Worker.Audit;
using Dispatch.Worker.Deliveries.Ledger;
using Dispatch.Worker.Newsletters;
using Dispatch.Worker.Privacy;
using Dispatch.Worker.Subscribers;
using Dispatch.Worker.Subscribers.Confirmations;
using Dispatch.Worker.Subscribers.Mails;
using Dispatch.Worker.Subscribers.Records;
using Dispatch.Worker.Subscribers.SignUp;
using Dispatch.Worker.Suppressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Dispatch.Tests.Subscribers.Records;

/// <summary>A thief has everything except the key file. Nothing must tell the thief which ten of a thousand suspects are readers.</summary>
[TestFixture(Provider.Sqlite), TestFixture(Provider.Postgres, Category = Needs.Postgres)]
public partial class ThiefTests(Provider provider) : DispatchTest(provider)
{
    private static readonly string[] Hosts = ["gmail.example", "mail.example", "university-of-kashgar.example", "n.example"];

    /// <summary>Addresses of many lengths, most of them at the same few hosts.</summary>
    private static readonly string[] Suspects = [.. Enumerable.Range(0, 1000)
        .Select(number => $"{Letters(number)}@{Hosts[number % 7 < 4 ? 0 : number % Hosts.Length]}")];

    private static readonly string[] Readers = [.. Enumerable.Range(0, 10).Select(number => Suspects[number * 97])];

    protected override IEnumerable<(string Key, string Value)> Configure() =>
        [("Mail:Relays:0:Url", "pickup:outbox"), ("Subscriptions:PerAddressPerDay", "9")];

    [Test]
    public async Task Nothing_that_can_be_taken_tells_ten_readers_among_a_thousand_suspects()
    {
        await LiveAsync();
        await PassADayAsync();
        var taken = await TakeAsync();
        var told = Suspects.Where(suspect => Marks(suspect).Any(mark => taken.Any(loot => loot.AsSpan().IndexOf(mark) >= 0))).ToList();
        Assert.That(told, Is.Empty);
    }

    [Test]
    public async Task The_search_finds_a_suspect_who_is_not_hidden_and_with_the_key_the_ten()
    {
        await LiveAsync();
        await using var db = App.OpenDb();
        await db.Newsletters.ExecuteUpdateAsync(set => set.SetProperty(n => n.PostalAddress,
            Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(Suspects[97])))));
        var taken = await TakeAsync();
        Assert.That(Suspects.Where(suspect => Marks(suspect).Any(mark => taken.Any(loot => loot.AsSpan().IndexOf(mark) >= 0))),
            Does.Contain(Suspects[97]));
        var ring = App.Services.GetRequiredService<KeyRing>();
        var hashes = (await db.Subscribers.Select(s => s.AddressHash).ToListAsync()).Select(Convert.ToHexString).ToHashSet();
        Assert.That(Suspects.Where(suspect => hashes.Contains(Convert.ToHexString(ring.HashOf(EmailAddress.Parse(suspect))))),
            Is.EquivalentTo(Readers));
    }

    [Test]
    public async Task No_column_makes_groups_of_readers_or_gives_a_length_away()
    {
        await LiveAsync();
        await PassADayAsync();
        await using var db = App.OpenDb();
        var byColumn = (await DatabaseSecrecyTests.EveryValueAsync(db, Provider))
            .Where(value => value.Table.Trim('"').EndsWith("Subscribers", StringComparison.Ordinal))
            .GroupBy(value => value.Column).ToDictionary(column => column.Key, column => column.Select(value => value.Bytes).ToList());
        Assert.That(byColumn, Does.ContainKey("SealedAddress"));
        foreach (var (column, values) in byColumn)
        {
            var different = values.Select(Convert.ToHexString).Distinct().Count();
            Assert.That(different, Is.EqualTo(values.Count).Or.EqualTo(1),
                $"{column}: all differ or all are the same, so that nobody shares what others don't");
            if (column is not "Id")
                Assert.That(values.Select(value => value.Length).Distinct().Count(), Is.EqualTo(1), $"{column} is as long for everybody");
        }
    }

    [Test]
    public async Task After_a_day_no_readers_row_has_an_instant_that_a_log_of_visits_would_match()
    {
        await LiveAsync();
        await PassADayAsync();
        await using var db = App.OpenDb();
        var days = new List<DateTimeOffset?>();
        days.AddRange((await db.Subscribers.AsNoTracking().ToListAsync()).Select(s => (DateTimeOffset?)s.CreatedAt));
        days.AddRange((await db.Subscriptions.AsNoTracking().ToListAsync())
            .SelectMany(s => new[] { s.CreatedAt, s.ConfirmedAt, s.UnsubscribedAt }));
        days.AddRange((await db.Confirmations.AsNoTracking().ToListAsync())
            .SelectMany(c => new[] { c.CreatedAt, c.UsedAt, c.RemindedAt, c.RobotSeenAt }));
        days.AddRange((await db.SubscriberMails.AsNoTracking().Where(mail => mail.State != SubscriberMailState.Waiting).ToListAsync())
            .SelectMany(m => new[] { m.CreatedAt, m.UpdatedAt, m.FirstAttemptAt }));
        days.AddRange((await db.Audit.AsNoTracking().Where(entry => entry.Target.StartsWith("subscriber:")).ToListAsync())
            .Select(entry => (DateTimeOffset?)entry.At));
        days.AddRange((await db.Suppressions.AsNoTracking().ToListAsync()).Select(s => (DateTimeOffset?)s.CreatedAt));
        var deliveries = await db.Deliveries.AsNoTracking().ToListAsync();
        Assert.Multiple(() =>
        {
            Assert.That(days, Has.Count.GreaterThan(50));
            Assert.That(days.OfType<DateTimeOffset>().Where(at => at.UtcDateTime.TimeOfDay != TimeSpan.Zero), Is.Empty, "the date alone");
            Assert.That(deliveries.Select(row => row.UpdatedAt.UtcTicks % TimeSpan.TicksPerHour), Is.All.Zero, "the hour");
            Assert.That(deliveries.Select(row => (row.FirstAttemptAt, row.ReplyText)),
                Is.All.EqualTo(((DateTimeOffset?)null, (string?)null)));
        });
    }

    [Test]
    public async Task The_pickup_folder_is_empty_after_a_day_and_holds_nothing_of_whoever_is_erased()
    {
        await LiveAsync();
        var outbox = Folder["outbox"];
        var mails = await Task.WhenAll(Directory.GetFiles(outbox, "*.eml").Select(file => File.ReadAllTextAsync(file)));
        Assert.That(mails.Count(mail => mail.Contains(Readers[3], StringComparison.OrdinalIgnoreCase)), Is.GreaterThan(1));
        await EraseAsync(Readers[3]);
        var after = await Task.WhenAll(Directory.GetFiles(outbox, "*.eml").Select(file => File.ReadAllTextAsync(file)));
        Assert.That(after.Count(mail => mail.Contains(Readers[3], StringComparison.OrdinalIgnoreCase)), Is.Zero);
        Assert.That(after, Has.Length.GreaterThan(9), "others' mails stay for their day");
        await File.WriteAllTextAsync(Path.Combine(outbox, "notes.eml"), "not one of ours");
        await PassADayAsync();
        Assert.That(Directory.GetFiles(outbox), Is.EqualTo(new[] { Path.Combine(outbox, "notes.eml") }));
    }

    [Test]
    public async Task Of_an_erased_reader_neither_the_database_nor_its_write_ahead_log_holds_anything()
    {
        await LiveAsync();
        byte[] row;
        await using (var db = App.OpenDb())
            row = await db.Subscribers.OrderBy(s => s.Id).Select(s => s.SealedAddress).FirstAsync();
        Assert.That((await StoredAsync()).Any(bytes => bytes.AsSpan().IndexOf(row) >= 0), Is.True);
        await EraseAsync(Readers[0]);
        Assert.That((await StoredAsync()).Any(bytes => bytes.AsSpan().IndexOf(row) >= 0), Is.False);

        // Returns the stored bytes. For PostgreSQL these are only the tables' values, because its files keep old rows for a while.
        async Task<IReadOnlyList<byte[]>> StoredAsync()
        {
            if (Provider is Provider.Sqlite)
                return [.. new[] { "dispatch.db", "dispatch.db-wal" }.Select(name => Folder[name]).Where(File.Exists)
                    .Select(DatabaseSecrecyTests.ReadShared)];
            await using var db = App.OpenDb();
            return [.. (await DatabaseSecrecyTests.EveryValueAsync(db, Provider)).Select(value => value.Bytes)];
        }
    }

    // Ten readers confirm and get an issue, one of them unsubscribes, and another asks for a link.
    private async Task LiveAsync()
    {
        foreach (var (index, reader) in Readers.Index())
        {
            await Reader.Subscribes(reader, $"Reader {index}");
            await App.RunUntilIdle();
            Clock.Advance(TimeSpan.FromSeconds(77));
            await App.Http.PostAsync($"/confirm/{Confirmation().Match(await NewestMailAsync("/confirm/")).Groups[1].Value}",
                new FormUrlEncodedContent([]));
            await App.RunUntilIdle();
        }
        await Given.IssueDueNow();
        await App.RunUntilIdle();
        await using var db = App.OpenDb();
        Assert.That(await db.Subscriptions.CountAsync(s => s.State == SubscriptionState.Confirmed), Is.EqualTo(10));
        var ids = await db.Subscribers.OrderBy(s => s.Id).Select(s => s.Id).ToListAsync();
        await Reader.Presses(Reader.UnsubscribePath(new KnownReader("", ids[9], (await Given.Newsletter()).Id)));
        await Reader.Presses(Reader.PreferencesPath(new KnownReader("", ids[8], (await Given.Newsletter()).Id)));
        await App.RunUntilIdle();
    }

    private async Task PassADayAsync()
    {
        Clock.Advance(TimeSpan.FromHours(26));
        await App.In<PurgeExpired, bool>(async purge =>
        {
            await purge.RunAsync(CancellationToken.None);
            return true;
        });
    }

    private async Task EraseAsync(string address)
    {
        var hash = App.Services.GetRequiredService<KeyRing>().HashOf(EmailAddress.Parse(address));
        long id;
        await using (var db = App.OpenDb())
            id = await db.Subscribers.Where(s => s.AddressHash == hash).Select(s => s.Id).SingleAsync();
        Assert.That(await App.In<Erasing, bool>(erasing => erasing.EraseAsync(id, Worker.Audit.Actor.Reader)), Is.True);
    }

    private async Task<string> NewestMailAsync(string with)
    {
        foreach (var file in Directory.GetFiles(Folder["outbox"], "*.eml").OrderDescending(StringComparer.Ordinal))
            if ((await File.ReadAllTextAsync(file)).Replace("=\r\n", "", StringComparison.Ordinal) is var mail
                && mail.Contains(with, StringComparison.Ordinal))
                return mail;
        return "";
    }

    // Returns everything that the thief takes: the database, a backup, and all files except the key file.
    private async Task<List<byte[]>> TakeAsync()
    {
        await using var db = App.OpenDb();
        var loot = (await DatabaseSecrecyTests.EveryValueAsync(db, Provider)).Select(value => Lower(value.Bytes))
            .Where(bytes => bytes.Length > 7).ToList();
        if (Provider is Provider.Sqlite)
            await db.Database.ExecuteSqlAsync($"VACUUM INTO {Folder["backup.db"]}");
        loot.AddRange(Directory.EnumerateFiles(Folder.Path, "*", SearchOption.AllDirectories)
            .Where(file => !file.EndsWith("readers.json", StringComparison.Ordinal) && new FileInfo(file).Length > 0)
                .Select(file => Lower(DatabaseSecrecyTests.ReadShared(file))));
        return [string.Join('\n', loot.Select(bytes => Encoding.Latin1.GetString(bytes))) is var all ? Encoding.Latin1.GetBytes(all) : []];
    }

    // Returns the encodings and common hashes of an address that a thief can search for.
    private static IEnumerable<byte[]> Marks(string address)
    {
        var bytes = Encoding.UTF8.GetBytes(address);
        yield return bytes;
        yield return Encoding.Unicode.GetBytes(address);
        yield return Encoding.ASCII.GetBytes(Convert.ToHexStringLower(bytes));
        yield return Encoding.ASCII.GetBytes(Convert.ToBase64String(bytes)[..^4].ToLowerInvariant());
#pragma warning disable CA5350, CA5351 // only the thief uses these weak hashes
        foreach (var hash in new[] { MD5.HashData(bytes), SHA1.HashData(bytes), SHA256.HashData(bytes), SHA512.HashData(bytes) })
#pragma warning restore CA5350, CA5351
        {
            yield return Lower(hash);
            yield return Encoding.ASCII.GetBytes(Convert.ToHexStringLower(hash));
            yield return Encoding.ASCII.GetBytes(Convert.ToBase64String(hash)[..^4].ToLowerInvariant());
        }
    }

    private static byte[] Lower(byte[] value) => Array.ConvertAll(value, letter => letter is >= (byte)'A' and <= (byte)'Z'
        ? (byte)(letter | 0x20) : letter);

    private static string Letters(int number) =>
        string.Concat(Enumerable.Range(0, 7 + number % 38)
            .Select(place => (char)('a' + (number * 31 + place * (number % 11 + 3)) % 26))) + number.ToString(CultureInfo.InvariantCulture);

    [GeneratedRegex("/confirm/([a-z2-7]{32})(?!/mail)")]
    private static partial Regex Confirmation();
}
