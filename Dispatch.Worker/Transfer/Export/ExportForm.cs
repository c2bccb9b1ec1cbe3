namespace Dispatch.Worker.Transfer.Export;

/// <summary>The formats in which readers are exported.</summary>
public enum ExportForm
{
    /// <summary>Everything, in the format that <c>readers import</c> reads.</summary>
    Dispatch,

    /// <summary>What listmonk imports. It has no status column, so all readers in a file have the same status.</summary>
    Listmonk,

    /// <summary>What Ghost imports. For readers who don't get issues, <c>subscribed_to_emails</c> is false.</summary>
    Ghost,

    /// <summary>What Mailchimp imports. It has no status column, so all readers in a file have the same status.</summary>
    Mailchimp,
}

/// <summary>What is exported, and how.</summary>
/// <param name="Form">The format of the file.</param>
/// <param name="Newsletter">The slug of the only newsletter to export, or null for all.</param>
/// <param name="Status">The only status to export. Null means all or, in a format without a status, confirmed readers.</param>
public sealed record ExportChoices(ExportForm Form, string? Newsletter = null, ReaderStatus? Status = null)
{
    /// <summary>The words accepted by <c>--as</c>.</summary>
    public static IReadOnlyList<string> Forms { get; } = [.. Enum.GetNames<ExportForm>().Select(name => name.ToLowerInvariant())];

    internal ReaderStatus? Only => Status ?? (Form is ExportForm.Listmonk or ExportForm.Mailchimp ? ReaderStatus.Confirmed : null);
}
