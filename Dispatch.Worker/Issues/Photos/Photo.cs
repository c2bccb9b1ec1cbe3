namespace Dispatch.Worker.Issues.Photos;

/// <summary>A picture of an issue: the name its Markdown uses, and the re-encoded files that are served.</summary>
public class Photo
{
    public int Id { get; set; }
    public int IssueId { get; set; }

    /// <summary>As the Markdown refers to it, as in <c>photos/border.jpg</c>; unique within the issue.</summary>
    public required string FileName { get; set; }

    /// <summary>Name under <c>/media/</c> of the wide rendition (1200 pixels or the original's width).</summary>
    public required string MediaName { get; set; }

    /// <summary>Name under <c>/media/</c> of the narrow rendition (600 pixels or the original's width).</summary>
    public required string NarrowMediaName { get; set; }

    /// <summary>Of the wide rendition, in pixels.</summary>
    public int Width { get; set; }
    public int Height { get; set; }
    public DateTimeOffset AddedAt { get; set; }

    /// <summary>The names of its files under <c>/media/</c>.</summary>
    public string[] Files => [MediaName, NarrowMediaName];
}
