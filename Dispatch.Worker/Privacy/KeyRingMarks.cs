using Dispatch.Worker.Database.Start;
using Dispatch.Worker.Database;
using Dispatch.Worker.Settings;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Storage;

namespace Dispatch.Worker.Privacy;

/// <summary>Whether a database was ever sealed with a key ring, for when there is no key file to compare it with.</summary>
internal sealed class KeyRingMarks(IDbContextFactory<DispatchDb> databases, DatabaseChoice choice)
{
    /// <summary>False for a database that does not exist yet.</summary>
    /// <exception cref="StartException">It can't be asked, and may have been sealed; or it does not belong to this build. No key must be
    /// made.</exception>
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
            // The first migration created the table: without a migration there is nothing to lose.
            return db.Database.GetAppliedMigrations().Any() && db.KeyRingMarks.Any();
        }
        catch (Exception fault) when (TransientErrors.Is(fault))
        {
            throw new StartException($"{DatabaseChoice.Key}: the database ({choice}) can't be used: {fault.GetBaseException().Message}",
                fault);
        }
    }
}
