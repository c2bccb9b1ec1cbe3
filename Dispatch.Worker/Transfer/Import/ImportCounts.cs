using System.Text.Json;

namespace Dispatch.Worker.Transfer.Import;

/// <summary>What became of readers, or would become of them. A reader is counted once, whatever the number of rows.</summary>
public sealed class ImportCounts
{
    /// <summary>Readers who are new, or have a new subscription.</summary>
    public int Added { get; set; }
    public int Updated { get; set; }
    public int Unchanged { get; set; }

    /// <summary>Readers who are not imported, because they were erased at their own request.</summary>
    public int Erased { get; set; }

    /// <summary>All readers in the file, by their status afterwards.</summary>
    public int Pending { get; set; }
    public int Confirmed { get; set; }
    public int Unsubscribed { get; set; }
    public int Bounced { get; set; }
    public int Complained { get; set; }

    /// <summary>Readers whose status in the database is more careful than in the file, and who are left unchanged.</summary>
    public int KeptUnsubscribed { get; set; }
    public int KeptBounced { get; set; }
    public int KeptComplained { get; set; }

    /// <summary>Confirmed readers for whose opt-in the file has no proof.</summary>
    public int WithoutProof { get; set; }

    /// <summary>Readers who are asked to confirm, or would be.</summary>
    public int Asked { get; set; }

    /// <summary>Pending readers who have not been asked to confirm.</summary>
    public int NotAsked { get; set; }

    internal void CountStatus(ReaderStatus status)
    {
        switch (status)
        {
            case ReaderStatus.Pending:
                Pending++;
                break;
            case ReaderStatus.Confirmed:
                Confirmed++;
                break;
            case ReaderStatus.Unsubscribed:
                Unsubscribed++;
                break;
            case ReaderStatus.Bounced:
                Bounced++;
                break;
            default:
                Complained++;
                break;
        }
    }

    /// <summary>Adds another chunk's counts.</summary>
    public void Add(ImportCounts other)
    {
        (Added, Updated, Unchanged, Erased) =
            (Added + other.Added, Updated + other.Updated, Unchanged + other.Unchanged, Erased + other.Erased);
        (Pending, Confirmed, Unsubscribed) =
            (Pending + other.Pending, Confirmed + other.Confirmed, Unsubscribed + other.Unsubscribed);
        (Bounced, Complained) = (Bounced + other.Bounced, Complained + other.Complained);
        (KeptUnsubscribed, KeptBounced, KeptComplained) = (KeptUnsubscribed + other.KeptUnsubscribed, KeptBounced + other.KeptBounced,
            KeptComplained + other.KeptComplained);
        (WithoutProof, Asked, NotAsked) = (WithoutProof + other.WithoutProof, Asked + other.Asked, NotAsked + other.NotAsked);
    }

    internal string ToJson() => JsonSerializer.Serialize(this);

    internal static ImportCounts FromJson(string? json) => json is null ? new() : JsonSerializer.Deserialize<ImportCounts>(json)!;
}
