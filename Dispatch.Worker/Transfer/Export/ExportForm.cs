namespace Dispatch.Worker.Transfer.Export;

/// <summary>The forms in which readers are exported.</summary>
public enum ExportForm
{
    /// <summary>Everything, as <c>readers import</c> reads it again.</summary>
    Dispatch,

    /// <summary>What listmonk's importer takes. It has no status, so a file holds readers of one status.</summary>
    Listmonk,

    /// <summary>What Ghost's importer takes. Readers who don't get issues have <c>subscribed_to_emails</c> false.</summary>
    Ghost,

    /// <summary>What Mailchimp's importer takes. It has no status, so a file holds readers of one status.</summary>
    Mailchimp,
}

/// <summary>What is exported, and how.</summary>
/// <param name="Form">The form of the file.</param>
/// <param name="Newsletter">The slug of the only newsletter to export, or null for all.</param>
/// <param name="Status">The only status to export, or null for all; in a form without a status, for confirmed readers.</param>
public sealed record ExportChoices(ExportForm Form, string? Newsletter = null, ReaderStatus? Status = null)
{
    /// <summary>The words that <c>--as</c> takes.</summary>
    public static IReadOnlyList<string> Forms { get; } = [.. Enum.GetNames<ExportForm>().Select(name => name.ToLowerInvariant())];

    internal ReaderStatus? Only => Status ?? (Form is ExportForm.Listmonk or ExportForm.Mailchimp ? ReaderStatus.Confirmed : null);
}
