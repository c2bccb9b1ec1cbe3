using Dispatch.Worker.Database.Start;
using Dispatch.Worker.Database;
using Dispatch.Worker.Settings;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Worker.Privacy;

/// <summary>
/// Refuses to start on a database that was sealed with another key ring, because its readers would not be found. A new database records
/// this ring's fingerprint.
/// </summary>
/// <param name="open">Opens the key ring: only now, because to restore a backup, its key file must be there first.</param>
/// <param name="choice">The database.</param>
internal sealed class KeyRingCheck(Func<KeyRing> open, DatabaseChoice choice) : IDatabaseSeed
{
    public async Task SeedAsync(DispatchDb db, CancellationToken cancel)
    {
        var keys = open();
        if ((await MarksAsync(db, cancel)).Count == 0)
        {
            db.KeyRingMarks.Add(new KeyRingMark { Fingerprint = keys.Fingerprint });
            try
            {
                await db.SaveChangesAsync(cancel);
            }
            catch (DbUpdateException fault) when (!TransientErrors.Is(fault))
            {
                db.ChangeTracker.Clear(); // another process stored its fingerprint first; it is compared below
            }
        }
        if ((await MarksAsync(db, cancel)).Any(mark => mark != keys.Fingerprint))
            throw new StartException($"{PrivacySettings.KeyFileKey}: the key file {keys.Path} does not belong to this database ({choice}). "
                + "Put back the one its readers were sealed with.");
    }

    private static Task<List<string>> MarksAsync(DispatchDb db, CancellationToken cancel) =>
        db.TextsAsync("""SELECT "Fingerprint" FROM "KeyRingMarks" """, cancel);
}
