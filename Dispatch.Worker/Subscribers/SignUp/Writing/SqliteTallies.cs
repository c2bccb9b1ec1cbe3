using Dispatch.Worker.Database;
using Dispatch.Worker.Database.Writing;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Worker.Subscribers.SignUp.Writing;

/// <summary>Counts sign-ups on SQLite.</summary>
internal sealed class SqliteTallies : IDisposable
{
    private readonly SqliteSession session;
    private readonly SqliteStatement read, save;

    public SqliteTallies(IDbContextFactory<DispatchDb> databases)
    {
        using var db = databases.CreateDbContext();
        session = new(db);
        session.Set("synchronous=NORMAL"); // a lost count is no harm, and a sign-up syncs the disk anyway
        read = session.Prepare("""SELECT "EndsAt", "Count" FROM "SignUpTallies" WHERE "Key" = ?1""");
        save = session.Prepare(
            """
            INSERT INTO "SignUpTallies" ("Key", "EndsAt", "Count") VALUES (?1, ?2, ?3)
            ON CONFLICT ("Key") DO UPDATE SET "EndsAt" = excluded."EndsAt", "Count" = excluded."Count"
            """);
    }

    /// <summary>Counts a group of sign-ups in one transaction.</summary>
    public void Count(IReadOnlyList<SignUpCount> group) => session.Write(() =>
    {
        var tallies = new TallySheet(group.SelectMany(count => count.Keys.Concat(count.Looks)));
        foreach (var tally in tallies.All)
        {
            read.Bind(1, tally.Key);
            while (read.Read())
                tallies.Add(tally.Key, read.InstantAt(0), (int)read.Int64At(1));
        }
        foreach (var count in group)
            count.Step(tallies);
        foreach (var tally in tallies.Changed)
        {
            save.Bind(1, tally.Key);
            save.Bind(2, tally.EndsAt);
            save.Bind(3, tally.Count);
            save.Execute();
        }
    });

    public void Dispose() => session.Dispose();
}
