using System.Data.Common;
using System.Globalization;
using System.Text;
using Dispatch.Tests.Support;
using Dispatch.Tests.Support.Servers;
using Dispatch.Worker.Newsletters;
using Dispatch.Worker.Subscribers;
using Dispatch.Worker.Subscribers.SignUp;
using Dispatch.Worker.Suppressions;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Tests.Subscribers.Records;

/// <summary>Without the key file, the database and its backups reveal no reader's address or name.</summary>
[TestFixture(Provider.Sqlite), TestFixture(Provider.Postgres, Category = Needs.Postgres)]
public class DatabaseSecrecyTests(Provider provider) : DispatchTest(provider)
{
    private const string Address = "wilhelmina.quuxwald@xylophon-verlag.example";
    private const string Unconfirmed = "zacharias.pfeilgasse@xylophon-verlag.example";

    private static readonly string[] Secrets = [Address, Unconfirmed, "wilhelmina", "zacharias", "quuxwald",
        "pfeilgasse", "xylophon-verlag", "Brunhilde", "Sternenfels", "Ottokar"];

    [Test]
    public async Task No_column_of_the_database_and_no_file_tells_who_reads()
    {
        await PopulateAsync();
        await using var db = App.OpenDb();
        var found = new List<string>();
        foreach (var (table, column, value) in await EveryValueAsync(db, Provider))
            found.AddRange(Disguises.Where(disguise => Contains(value, disguise.Bytes))
                .Select(disguise => $"{table}.{column} holds {disguise.What}"));
        foreach (var file in Directory.EnumerateFiles(Folder.Path, "*", SearchOption.AllDirectories).Where(IsData))
            found.AddRange(Disguises.Where(disguise => Contains(ReadShared(file), disguise.Bytes))
                .Select(disguise => $"{Path.GetRelativePath(Folder.Path, file)} holds {disguise.What}"));
        Assert.That(found, Is.Empty);
        Assert.That(await db.Subscribers.CountAsync(), Is.EqualTo(2), "the readers were there to be found");
    }

    [Test]
    public async Task The_search_finds_what_is_not_hidden()
    {
        await PopulateAsync();
        await using var db = App.OpenDb();
        await db.Newsletters.ExecuteUpdateAsync(set => set.SetProperty(newsletter => newsletter.PostalAddress, $"care of {Address}"));
        var values = await EveryValueAsync(db, Provider);
        Assert.That(values.Any(value => value.Column == "PostalAddress"
            && Disguises.Any(disguise => Contains(value.Bytes, disguise.Bytes))), Is.True);
    }

    // Creates every kind of row that holds an address: sign-up, confirmation, delivery, unsubscription, suppression.
    private async Task PopulateAsync()
    {
        Smtp.Answers($"451 4.2.0 <{Unconfirmed}>: mailbox of zacharias.pfeilgasse is busy", SmtpStep.Recipient, Unconfirmed);
        await Reader.SubscribesAndConfirms(Address, "Brunhilde Sternenfels");
        await Reader.Subscribes(Unconfirmed, "Ottokar");
        await App.RunUntilIdle();
        await Given.Suppression("quuxwald@xylophon-verlag.example", SuppressionReason.Complaint);
        await App.Http.PostAsync(Smtp.MailFor(Address)[^1].UnsubscribeLink.AbsolutePath, null);
        await App.RunUntilIdle();
    }

    private static List<(string What, byte[] Bytes)> Disguises { get; } = [.. Secrets.SelectMany(secret => new (string, byte[])[]
    {
        (secret, Encoding.UTF8.GetBytes(secret.ToLowerInvariant())),
        ($"{secret} in UTF-16", Encoding.Unicode.GetBytes(secret.ToLowerInvariant())),
        ($"{secret} in hex", Encoding.ASCII.GetBytes(Convert.ToHexStringLower(Encoding.UTF8.GetBytes(secret)))),
        ($"{secret} backwards", Encoding.UTF8.GetBytes([.. secret.ToLowerInvariant().Reverse()])),
    }.Concat(InBase64(secret)))];

    // Base64 encodes a text in three ways, depending on its offset. The outermost letters are cut off, because neighboring bytes change
    // them.
    private static IEnumerable<(string, byte[])> InBase64(string secret)
    {
        for (var offset = 0; offset < 3; offset++)
        {
            var bytes = new byte[offset].Concat(Encoding.UTF8.GetBytes(secret)).ToArray();
            var text = Convert.ToBase64String(bytes).TrimEnd('=');
            var certain = text[(offset == 0 ? 0 : offset + 1)..(bytes.Length / 3 * 4)];
            yield return ($"{secret} in base64", Encoding.ASCII.GetBytes(certain.ToLowerInvariant()));
        }
    }

    // Ignores case.
    private static bool Contains(byte[] value, byte[] secret)
    {
        var lower = Array.ConvertAll(value, letter => letter is >= (byte)'A' and <= (byte)'Z' ? (byte)(letter | 0x20) : letter);
        return lower.AsSpan().IndexOf(secret) >= 0;
    }

    internal static async Task<List<(string Table, string Column, byte[] Bytes)>> EveryValueAsync(DbContext db, Provider provider)
    {
        var connection = db.Database.GetDbConnection();
        await db.Database.OpenConnectionAsync();
        var tables = await ColumnAsync(connection, provider is Provider.Sqlite
            ? "SELECT name FROM sqlite_master WHERE type = 'table'"
            : "SELECT quote_ident(table_schema) || '.' || quote_ident(table_name) FROM information_schema.tables WHERE table_schema NOT "
                + "IN ('pg_catalog', 'information_schema')");
        Assert.That(tables, Has.Count.GreaterThan(15), "all tables were looked at");
        var values = new List<(string, string, byte[])>();
        foreach (var table in tables)
        {
            await using var command = connection.CreateCommand();
            command.CommandText = $"SELECT * FROM {(provider is Provider.Sqlite ? $"\"{table}\"" : table)}";
            await using var reader = await command.ExecuteReaderAsync();
            while (await reader.ReadAsync())
                for (var column = 0; column < reader.FieldCount; column++)
                    if (!await reader.IsDBNullAsync(column))
                        values.Add((table, reader.GetName(column), BytesOf(reader.GetValue(column))));
        }
        return values;
    }

    private static byte[] BytesOf(object value) => value switch
    {
        byte[] bytes => bytes,
        Array array => Encoding.UTF8.GetBytes(string.Join(' ', array.Cast<object>())),
        _ => Encoding.UTF8.GetBytes(Convert.ToString(value, CultureInfo.InvariantCulture)!),
    };

    private static async Task<List<string>> ColumnAsync(DbConnection connection, string sql)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await using var reader = await command.ExecuteReaderAsync();
        var values = new List<string>();
        while (await reader.ReadAsync())
            values.Add(reader.GetString(0));
        return values;
    }

    // True for all files except the key file and the empty lock files of running processes.
    private static bool IsData(string file) => !file.EndsWith("readers.json", StringComparison.Ordinal) && new FileInfo(file).Length > 0;

    internal static byte[] ReadShared(string file)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.ToArray();
    }
}
