using Dispatch.Worker.Database.Writing;

namespace Dispatch.Worker.Subscribers.SignUp.Writing;

/// <summary>Counts sign-ups on SQLite.</summary>
internal sealed class SqliteTallies(SqliteSession session)
{
    private readonly SqliteStatement read = session.Prepare("""SELECT "EndsAt", "Count" FROM "SignUpTallies" WHERE "Key" = ?1""");

    private readonly SqliteStatement save = session.Prepare(
        """
        INSERT INTO "SignUpTallies" ("Key", "EndsAt", "Count") VALUES (?1, ?2, ?3)
        ON CONFLICT ("Key") DO UPDATE SET "EndsAt" = excluded."EndsAt", "Count" = excluded."Count"
        """);

    /// <summary>Counts a sign-up.</summary>
    public void Count(SignUpCount count)
    {
        var tallies = new TallySheet(count.Keys.Concat(count.Looks));
        foreach (var tally in tallies.All)
        {
            read.Bind(1, tally.Key);
            while (read.Read())
                tallies.Add(tally.Key, read.InstantAt(0), (int)read.Int64At(1));
        }
        count.Step(tallies);
        foreach (var tally in tallies.Changed)
        {
            save.Bind(1, tally.Key);
            save.Bind(2, tally.EndsAt);
            save.Bind(3, tally.Count);
            save.Execute();
        }
    }
}
