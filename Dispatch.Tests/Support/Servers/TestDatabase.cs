using Dispatch.Worker.Database;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Tests.Support.Servers;

/// <summary>The migrated database of one test.</summary>
internal sealed class TestDatabase(string connectionString, IDisposable? owned) : IDisposable
{
    private static readonly Lazy<byte[]> SqliteTemplate = new(MakeSqliteTemplate);

    /// <summary>The value for <c>ConnectionStrings:Dispatch</c>. Empty for SQLite, whose file is in the data folder.</summary>
    public string ConnectionString => connectionString;

    public static TestDatabase Create(Provider provider, string dataFolder)
    {
        if (provider is Provider.Postgres)
        {
            var postgres = Requires.Postgres().Create();
            return new TestDatabase(postgres.ConnectionString, postgres);
        }
        File.WriteAllBytes(Path.Combine(dataFolder, "dispatch.db"), SqliteTemplate.Value);
        return new TestDatabase("", null);
    }

    public void Dispose() => owned?.Dispose();

    private static byte[] MakeSqliteTemplate()
    {
        using var folder = new TemporaryFolder();
        using (var db = new SqliteDispatchDb(new DbContextOptionsBuilder<SqliteDispatchDb>()
            .UseSqlite($"Data Source={folder["template.db"]};Pooling=False").Options))
            db.Database.Migrate();
        return File.ReadAllBytes(folder["template.db"]);
    }
}
