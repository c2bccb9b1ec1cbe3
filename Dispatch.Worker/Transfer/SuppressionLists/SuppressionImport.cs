using Dispatch.Templates.Languages;
using Dispatch.Worker.Audit;
using Dispatch.Worker.Database;
using Dispatch.Worker.Privacy;
using Dispatch.Worker.Subscribers;
using Dispatch.Worker.Subscribers.Records;
using Dispatch.Worker.Suppressions;
using Dispatch.Worker.Transfer.Import;
using Dispatch.Worker.Transfer.Reading;
using Dispatch.Worker.Transfer.Systems;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Worker.Transfer.SuppressionLists;

/// <summary>
/// Imports a list of suppressed addresses, given as addresses or keyed hashes. The result is the same whether the list or the readers are
/// imported first: the more careful of two reasons is kept, and readers that the list calls erased are erased.
/// </summary>
public sealed class SuppressionImport(IDbContextFactory<DispatchDb> databases, KeyRing ring, Erasing erasing, TimeProvider clock)
{
    private const int AtOnce = 500;

    private static readonly string[] AddressNames =
        ["email", "address", "e-mail", "email address", "email_address", "emailaddress", "recipient"];

    /// <summary>Reads a list to its end before adding any of it.</summary>
    /// <param name="name">The file's name, for messages.</param>
    /// <param name="content">The file.</param>
    /// <param name="actor">Who imports.</param>
    /// <param name="refused">Called with each line that can't be read.</param>
    /// <param name="cancel">Stops between groups. What was added stays.</param>
    /// <exception cref="UnreadableFileException">Nothing was imported. The message says why.</exception>
    public async Task<SuppressionImportResult> ReadAsync(
        string name, Stream content, Actor actor, Action<RefusedLine> refused, CancellationToken cancel)
    {
        var (listed, wrong) = Read(name, content, refused);
        var (added, updated, erased) = (0, 0, 0);
        await using var db = databases.CreateDbContext();
        foreach (var group in listed.Values.Chunk(AtOnce))
        {
            var hashes = group.Select(row => row.AddressHash).ToArray();
            await using var transaction = await db.Database.BeginTransactionAsync(cancel);
            var known = (await db.Suppressions.Where(s => hashes.Contains(s.AddressHash)).ToListAsync(cancel))
                .ToDictionary(s => Convert.ToHexString(s.AddressHash));
            foreach (var row in group)
                if (!known.TryGetValue(Convert.ToHexString(row.AddressHash), out var suppression))
                {
                    added++;
                    db.Suppressions.Add(row);
                }
                else if (SuppressionReasons.MoreCareful(suppression.Reason, row.Reason) != suppression.Reason)
                {
                    updated++;
                    suppression.Reason = row.Reason;
                }
            await db.SaveChangesAsync(cancel);
            await transaction.CommitAsync(cancel);
            db.ChangeTracker.Clear();
            erased += await EraseAsync(db, [.. group.Where(row => row.Reason is SuppressionReason.Erased)
                .Select(row => row.AddressHash)], actor, cancel);
        }
        db.Audit.Add(actor.Did("suppressions.imported", AuditTarget.Suppressions, clock.GetUtcNow(), $"{added} added, {updated} updated"));
        await db.SaveChangesAsync(cancel);
        return new(added, updated, listed.Count - added - updated, wrong, erased);
    }

    private async Task<int> EraseAsync(DispatchDb db, byte[][] hashes, Actor actor, CancellationToken cancel)
    {
        var gone = 0;
        if (hashes.Length > 0)
            foreach (var id in await db.Subscribers.Where(s => hashes.Contains(s.AddressHash)
                && !db.Set<Suppression>().Any(x => x.AddressHash == s.AddressHash && x.Reason != SuppressionReason.Erased))
                .Select(s => s.Id).ToListAsync(cancel))
                gone += await erasing.EraseAsync(id, actor, cancel) ? 1 : 0;
        return gone;
    }

    private (Dictionary<string, Suppression> Listed, int Refused) Read(string name, Stream content, Action<RefusedLine> refuse)
    {
        using var text = FileText.Open(ForeignFile.Checked(name, content, out _), null, out var encoding);
        using var csv = new CsvReader(text, encoding);
        if (!csv.Read())
            throw new UnreadableFileException($"{name} is empty.");
        var columns = new SourceColumns(name, [.. csv.Cells.Select(CellText.WithoutGuard)]);
        var byHash = columns.Has("hash");
        if (!byHash && !AddressNames.Any(column => columns.Has(column)))
            throw new UnreadableFileException($"{name} has no column email, and no columns hash and key. Expected one of the two.");
        if (byHash && !columns.Has("key"))
            throw new UnreadableFileException($"{name} has hashes but no column key, which names the key they were made with.");
        var (listed, refused) = (new Dictionary<string, Suppression>(), 0);
        while (csv.Read())
        {
            if (csv.IsBlank)
                continue;
            if (csv.TooLong >= 0 || csv.Cells.Count != columns.Names.Count)
            {
                Refuse("all", $"the line has {csv.Cells.Count} columns, and the header {columns.Names.Count}", "as many as the header has");
                continue;
            }
            var row = new SourceRow(columns, csv.Cells);
            if ((byHash ? Hash(row, name) : Address(row)) is not { } hash)
                continue;
            if (SuppressionWords.Read(row.TakeAny("reason", "suppressionreason") ?? "") is not { } reason)
                Refuse("reason", "isn't a known word", $"one of {SuppressionWords.All}");
            else if (!Moments.TryRead(row.TakeAny("since", "created_at", "createdat", "lastupdatetime") ?? "", out var since, out _))
                Refuse("since", "isn't a readable date", $"a date such as {Moments.Example}");
            else
                Add(hash, reason, since);
        }
        return (listed, refused);

        void Refuse(string column, string why, string right)
        {
            refused++;
            refuse(new(name, csv.Line, column, why, right));
        }

        void Add(byte[] hash, SuppressionReason reason, DateTimeOffset? since)
        {
            var now = clock.GetUtcNow();
            var row = new Suppression
            {
                AddressHash = hash,
                Reason = reason,
                CreatedAt = since <= now ? since.Value : RoundedInstants.DayOf(now),
            };
            var key = Convert.ToHexString(hash);
            if (listed.TryGetValue(key, out var other))
                row.Reason = SuppressionReasons.MoreCareful(row.Reason, other.Reason);
            listed[key] = row;
        }

        byte[]? Address(SourceRow row)
        {
            if (CellText.TryAddress(row.TakeAny(AddressNames) ?? "", out var address, out _, out var fault))
                return ring.HashOf(address!);
            Refuse("email", Texts.ForStaff[fault ?? "fault.address.unreadable"].TrimEnd('.'), "one address such as name@example.com");
            return null;
        }

        byte[]? Hash(SourceRow row, string file)
        {
            if (row.Take("key")?.Trim() != ring.Fingerprint)
                throw new UnreadableFileException($"{file} was made with another key file: its hashes mean nothing here. Export it by "
                    + "address, or use the key file of the Dispatch that it comes from. Nothing was imported.");
            var text = row.Take("hash")?.Trim() ?? "";
            if (text.Length == 64 && text.All(char.IsAsciiHexDigit))
                return Convert.FromHexString(text);
            Refuse("hash", "is not a hash", "64 hexadecimal digits");
            return null;
        }
    }
}

/// <summary>The outcome of importing a suppression list.</summary>
/// <param name="Added">Addresses that were not suppressed before.</param>
/// <param name="Updated">Addresses whose reason is now a more careful one.</param>
/// <param name="Unchanged">Addresses that were left unchanged.</param>
/// <param name="Refused">Lines that can't be read.</param>
/// <param name="Erased">Readers erased because the list says so.</param>
public sealed record SuppressionImportResult(int Added, int Updated, int Unchanged, int Refused, int Erased);
