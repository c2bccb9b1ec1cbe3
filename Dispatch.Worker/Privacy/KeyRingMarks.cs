using Dispatch.Worker.Database.Start;
using Dispatch.Worker.Database;
using Dispatch.Worker.Settings;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Storage;

namespace Dispatch.Worker.Privacy;

/// <summary>Whether a database was sealed with some key ring before, for when there is no key file to compare it with.</summary>
internal sealed class KeyRingMarks(IDbContextFactory<DispatchDb> databases, DatabaseChoice choice)
{
    /// <summary>False for a database that is yet to be made.</summary>
    /// <exception cref="StartException">It can't be asked, and may have been; or it is none of this build's. No key must be
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
            // The first migration made the table: without one there is nothing to be lost.
            return db.Database.GetAppliedMigrations().Any() && db.KeyRingMarks.Any();
        }
        catch (Exception fault) when (TransientErrors.Is(fault))
        {
            throw new StartException($"{DatabaseChoice.Key}: the database ({choice}) can't be used: {fault.GetBaseException().Message}",
                fault);
        }
    }
}
