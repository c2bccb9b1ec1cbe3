using Dispatch.Worker.Database.Start;
using Dispatch.Worker.Database;
using Dispatch.Worker.Settings;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Storage;

namespace Dispatch.Worker.Privacy;

/// <summary>Finds out whether a database was ever sealed with a key ring. Used when the key file is missing.</summary>
internal sealed class KeyRingMarks(IDbContextFactory<DispatchDb> databases, DatabaseChoice choice)
{
    /// <summary>Returns whether the database was sealed with a key ring. Returns false if the database doesn't exist yet.</summary>
    /// <exception cref="StartException">The database can't be reached, or belongs to another build. No new key may be made, because it may
    /// contain sealed readers.</exception>
    public bool Any()
    {
        try
        {
            if (!choice.IsPostgres && !File.Exists(choice.SqliteFile))
                return false;
            using var db = databases.CreateDbContext();
            if (choice.IsPostgres && !db.GetService<IRelationalDatabaseCreator>().Exists())
                return false;
            new DatabaseOrigin(choice).Check(db);
            // The first migration creates the table, so a database without migrations holds no sealed data.
            return db.Database.GetAppliedMigrations().Any() && db.KeyRingMarks.Any();
        }
        catch (Exception fault) when (TransientErrors.Is(fault))
        {
            throw new StartException($"{DatabaseChoice.Key}: the database ({choice}) can't be used: {fault.GetBaseException().Message}",
                fault);
        }
    }
}
