using Dispatch.Tests.Support;
using Dispatch.Worker.Database.Start;
using Dispatch.Worker.Database;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Tests.Database;

[TestFixture(Provider.Sqlite), TestFixture(Provider.Postgres, Category = Needs.Postgres)]
public class MigrationsTests(Provider provider)
{
    [Test]
    public void The_migrations_say_what_the_model_says()
    {
        using DispatchDb db = provider is Provider.Sqlite ? new SqliteDesignTime().CreateDbContext([])
            : new PostgresDesignTime().CreateDbContext([]);
        Assert.That(db.Database.HasPendingModelChanges(), Is.False, "expected a migration for every change of the model");
    }

    [Test]
    public void A_build_knows_the_ids_of_its_migrations()
    {
        using DispatchDb db = provider is Provider.Sqlite ? new SqliteDesignTime().CreateDbContext([])
            : new PostgresDesignTime().CreateDbContext([]);
        Assert.That(db.MigrationIds, Is.EqualTo(db.Database.GetMigrations()));
    }

    [Test]
    public void Both_databases_have_migrations_of_the_same_names()
    {
        using var sqlite = new SqliteDesignTime().CreateDbContext([]);
        using var postgres = new PostgresDesignTime().CreateDbContext([]);
        Assert.That(sqlite.Database.GetMigrations().Select(Name), Is.EqualTo(postgres.Database.GetMigrations().Select(Name)));

        static string Name(string migration) => migration[(migration.IndexOf('_', StringComparison.Ordinal) + 1)..];
    }
}
