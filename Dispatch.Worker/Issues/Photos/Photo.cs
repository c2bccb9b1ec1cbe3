namespace Dispatch.Worker.Issues.Photos;

/// <summary>A picture of an issue: its name in the Markdown, and the re-encoded files that are served.</summary>
public class Photo
{
    public int Id { get; set; }
    public int IssueId { get; set; }

    /// <summary>The name of the picture in the Markdown, such as <c>photos/border.jpg</c>. It is unique within the issue.</summary>
    public required string FileName { get; set; }

    /// <summary>The name under <c>/media/</c> of the wide rendition (at most 1200 pixels wide).</summary>
    public required string MediaName { get; set; }

    /// <summary>The name under <c>/media/</c> of the narrow rendition (at most 600 pixels wide).</summary>
    public required string NarrowMediaName { get; set; }

    /// <summary>The width of the wide rendition, in pixels.</summary>
    public int Width { get; set; }
    public int Height { get; set; }
    public DateTimeOffset AddedAt { get; set; }

    /// <summary>The names of the two renditions under <c>/media/</c>.</summary>
    public string[] Files => [MediaName, NarrowMediaName];
}
