using Dispatch.Worker.Database.Start;
using Dispatch.Worker.Database;
using Dispatch.Worker.Settings;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Worker.Privacy;

/// <summary>
/// Keeps Dispatch off a database that another key ring sealed: no reader would be found in it, and everyone who signed up again would be
/// duplicated. A new database takes this ring's mark.
/// </summary>
internal sealed class KeyRingCheck(KeyRing keys, DatabaseChoice choice) : IDatabaseSeed
{
    public async Task SeedAsync(DispatchDb db, CancellationToken cancel)
    {
        if (!await db.KeyRingMarks.AnyAsync(cancel))
        {
            db.KeyRingMarks.Add(new KeyRingMark { Fingerprint = keys.Fingerprint });
            try
            {
                await db.SaveChangesAsync(cancel);
            }
            catch (DbUpdateException fault) when (!TransientErrors.Is(fault))
            {
                db.ChangeTracker.Clear(); // another process was first: what it wrote is compared below
            }
        }
        if (await db.KeyRingMarks.AnyAsync(mark => mark.Fingerprint != keys.Fingerprint, cancel))
            throw new StartException($"{PrivacySettings.KeyFileKey}: the key file {keys.Path} does not belong to this database ({choice}). "
                + "Put back the one its readers were sealed with.");
    }
}
