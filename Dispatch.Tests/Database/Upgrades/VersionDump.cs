using System.Text.RegularExpressions;
using Dispatch.Tests.Support;
using Dispatch.Tests.Support.Servers;
using Npgsql;

namespace Dispatch.Tests.Database.Upgrades;

/// <summary>
/// The database of one version as SQL text, with its key file, in <c>Dumps/VERSION/PROVIDER</c>. <see cref="VersionDumpTests"/> writes it.
/// </summary>
internal sealed partial class VersionDump(string version, Provider provider)
{
    public const string KeyFile = "keys/readers.json";

    private static readonly string Home = FindHome();

    /// <summary>All versions that have a dump.</summary>
    public static IEnumerable<string> Versions => Directory.GetDirectories(Home).Select(Path.GetFileName).Order()!;

    private string Folder => Path.Combine(Home, version, provider.ToString());

    private string Sql => File.ReadAllText(Path.Combine(Folder, "dump.sql"));

    public bool Exists => File.Exists(Path.Combine(Folder, "dump.sql")) && File.Exists(Path.Combine(Folder, "readers.json"));

    /// <summary>Restores the dump into an empty database, and copies the key file into a data folder.</summary>
    public void LayOut(string connectionString, TemporaryFolder data)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(data[KeyFile])!);
        File.Copy(Path.Combine(Folder, "readers.json"), data[KeyFile], overwrite: true);
        using var connection = RawDatabase.Open(provider, connectionString, data);
        using var command = connection.CreateCommand();
        command.CommandText = Sql;
        command.ExecuteNonQuery();
    }

    /// <summary>Writes the dump. Nobody may write to the database in the meantime.</summary>
    public void Write(string connectionString, TemporaryFolder data)
    {
        Directory.CreateDirectory(Folder);
        File.Copy(data[KeyFile], Path.Combine(Folder, "readers.json"), overwrite: true);
        File.WriteAllText(Path.Combine(Folder, "dump.sql"), provider is Provider.Sqlite ? OfSqlite(data) : OfPostgres(connectionString));
    }

    private static string OfSqlite(TemporaryFolder data)
    {
        using var connection = RawDatabase.Open(Provider.Sqlite, "", data);
        var sql = new List<string>();
        foreach (var row in connection.Rows("SELECT name, sql FROM sqlite_master WHERE type = 'table' ORDER BY rowid"))
        {
            var table = row[0];
            sql.Add(table == "sqlite_sequence" ? "DELETE FROM sqlite_sequence" : row[1]);
            var columns = connection.Rows($"SELECT name FROM pragma_table_info('{table}')").Select(column => $"\"{column[0]}\"").ToList();
            var quoted = string.Join(" || ', ' || ", columns.Select(column => $"quote({column})"));
            sql.AddRange(connection.Rows($"SELECT {quoted} FROM \"{table}\"")
                .Select(values => $"INSERT INTO \"{table}\" ({string.Join(", ", columns)}) VALUES ({values[0]})"));
        }
        sql.AddRange(connection.Rows("SELECT sql FROM sqlite_master WHERE type <> 'table' AND sql IS NOT NULL ORDER BY rowid")
            .Select(row => row[0]));
        return string.Concat(["PRAGMA foreign_keys = OFF;\n", .. sql.Select(statement => statement + ";\n")]);
    }

    private static string OfPostgres(string connectionString)
    {
        var server = new NpgsqlConnectionStringBuilder(connectionString);
        var text = TestProcess.Run("pg_dump", "-h", server.Host!, "-p", $"{server.Port}", "-U", server.Username!, "--inserts", "--no-owner",
            "--no-privileges", "--exclude-schema=hangfire", server.Database!);
        // Removes lines that depend on the server's version or that only psql understands.
        return OfPsql().Replace(text[text.IndexOf("CREATE TABLE", StringComparison.Ordinal)..], "");
    }

    private static string FindHome()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Dispatch.sln")))
            folder = folder.Parent ?? throw new InvalidOperationException("expected Dispatch.sln above the tests");
        return Path.Combine(folder.FullName, "Dispatch.Tests", "Database", "Upgrades", "Dumps");
    }

    [GeneratedRegex(@"^--\n-- .*\n--\n|^SET default_.*\n|^\\.*\n", RegexOptions.Multiline)]
    private static partial Regex OfPsql();
}
