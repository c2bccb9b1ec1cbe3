using System.Globalization;
using Dispatch.Templates.Text;

namespace Dispatch.Worker.Transfer.Import;

/// <summary>Describes in sentences what was found in a file and what an import does with it. The sentences name no reader.</summary>
public static class ImportWords
{
    /// <summary>The name of a count that is a part of the one before it, and must not look like one more addend.</summary>
    public const string WithoutProof = "of which without proof of opt-in";

    /// <summary>Returns what each file was recognized as, and why. Files of which the same is true are told together.</summary>
    public static IEnumerable<string> Files(ImportFindings found) => found.Files
        .GroupBy(file => $"{file.Title}, because {file.Because}. {file.Form}.", file => file.Name)
        .Select(group => $"{string.Join(", ", group)}: {group.Key}");

    /// <summary>Returns what a person should know before the import.</summary>
    public static IEnumerable<string> Notes(ImportFindings found, ImportChoices choices, ImportCounts counts)
    {
        yield return $"{Lines(found.Rows)} for {found.Newsletter}, unless they name other newsletters.";
        if (found.WithoutWord > 0)
            yield return $"{Lines(found.WithoutWord, "doesn't say", "don't say")} whether the reader is subscribed. "
                + "Such readers are pending and get nothing. If you know, say so with --status.";
        if (found.WithoutDate > 0)
            yield return $"{Lines(found.WithoutDate, "says", "say")} confirmed without a date to prove it. Such readers are pending. "
                + "If you know by which day they had consented, say so with --consent-date.";
        if (counts.WithoutProof > 0)
            yield return $"{Readers(counts.WithoutProof, "confirmed reader was", "confirmed readers were")} added by somebody else: the "
                + "file has no proof of opt-in.";
        if (counts.NotAsked > 0)
            yield return $"{Readers(counts.NotAsked, "pending reader isn't", "pending readers aren't")} asked to confirm: that takes "
                + "--send-confirmations.";
        if (counts.Asked > 0)
            yield return $"{Readers(counts.Asked, "pending reader is", "pending readers are")} asked to confirm.";
        else if (choices.SendConfirmations)
            yield return "Nobody has to be asked to confirm.";
        if (found.AssumedUtc > 0)
            yield return $"{Lines(found.AssumedUtc, "has", "have")} dates without a zone, which were read as UTC.";
        if (found.UnknownLists.Count > 0)
            yield return $"These lists are not newsletters here: {string.Join(", ", found.UnknownLists.Take(20))}.";
        if (found.Dropped.Count > 0)
            yield return "Dropped, because Dispatch does not keep such data: "
                + string.Join("; ", found.Dropped.GroupBy(column => column.Value)
                    .Select(group => $"{string.Join(", ", group.Select(column => column.Key))} ({group.Key})")) + ".";
        if (found.Fields.Count > 0)
            yield return $"Kept as fields of the reader: {string.Join(", ", found.Fields.Take(40))}.";
        foreach (var remark in found.Remarks)
            yield return remark;
        foreach (var (why, count) in found.Skipped)
            yield return $"Skipped, {Lines(count)}: {why}.";
        if (counts.Erased > 0)
            yield return $"Skipped, {Counted.Of(counts.Erased, "reader")}: erased here at their own request.";
    }

    /// <summary>Returns the counts by consequence.</summary>
    public static IEnumerable<(string What, int Count)> Counts(ImportFindings found, ImportCounts counts) =>
    [
        ("new", counts.Added), ("changed", counts.Updated), ("known, unchanged", counts.Unchanged), ("confirmed", counts.Confirmed),
        (WithoutProof, counts.WithoutProof), ("pending", counts.Pending), ("unsubscribed", counts.Unsubscribed),
        ("bounced", counts.Bounced), ("complained", counts.Complained), ("kept as unsubscribed", counts.KeptUnsubscribed),
        ("kept as bounced", counts.KeptBounced), ("kept as complained", counts.KeptComplained), ("skipped", SkippedOf(found, counts)),
        ("refused", found.Refused),
    ];

    /// <summary>Returns the result of an import in the form that the API and the command line report.</summary>
    public static ImportResult Result(ImportFindings found, ImportCounts counts) => new(counts.Added, counts.Updated, counts.Unchanged,
        SkippedOf(found, counts), found.Refused, new(counts.Confirmed, counts.Pending, counts.Unsubscribed, counts.Bounced,
            counts.Complained), counts.WithoutProof, counts.Asked);

    private static int SkippedOf(ImportFindings found, ImportCounts counts) => found.Skipped.Values.Sum() + counts.Erased;

    private static string Lines(int count) => Counted.Of(count, "line");

    private static string Lines(int count, string one, string many) => $"{Lines(count)} {(count == 1 ? one : many)}";

    private static string Readers(int count, string one, string many) => $"{Number(count)} {(count == 1 ? one : many)}";

    private static string Number(int count) => count.ToString("N0", CultureInfo.InvariantCulture);
}

/// <summary>What became of the readers in a file.</summary>
/// <param name="Added">Readers who are new, or have a new subscription.</param>
/// <param name="Updated">Known readers who were changed.</param>
/// <param name="Unchanged">Known readers who were left unchanged.</param>
/// <param name="Skipped">Lines whose readers are deliberately not imported.</param>
/// <param name="Refused">Lines that can't be read. The report names them.</param>
/// <param name="ByStatus">All readers in the file, by their status afterwards.</param>
/// <param name="WithoutProof">Confirmed readers for whose opt-in the file has no proof.</param>
/// <param name="Asked">Pending readers who are asked to confirm.</param>
public sealed record ImportResult(
    int Added, int Updated, int Unchanged, int Skipped, int Refused, ImportByStatus ByStatus, int WithoutProof, int Asked);

/// <summary>Readers by status.</summary>
public sealed record ImportByStatus(int Confirmed, int Pending, int Unsubscribed, int Bounced, int Complained);
