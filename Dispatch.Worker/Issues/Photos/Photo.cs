using System.Linq.Expressions;

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

    /// <summary>
    /// The name under <c>/media/</c> of the wide rendition as WebP for browsers. Empty if it would not be smaller. Null for an older
    /// picture until <see cref="OlderPictures"/> has processed it.
    /// </summary>
    public string? WebPName { get; set; }

    /// <summary>The same for the narrow rendition.</summary>
    public string? NarrowWebPName { get; set; }

    /// <summary>The width of the wide rendition, in pixels.</summary>
    public int Width { get; set; }
    public int Height { get; set; }
    public DateTimeOffset AddedAt { get; set; }

    /// <summary>Whether a picture has a rendition of this name, as a condition of a query.</summary>
    public static Expression<Func<Photo, bool>> Has(string name) => photo => photo.MediaName == name || photo.NarrowMediaName == name
        || photo.WebPName == name || photo.NarrowWebPName == name;

    /// <summary>The names of all renditions under <c>/media/</c>.</summary>
    public string[] Files => [MediaName, NarrowMediaName, .. WebPFiles()];

    /// <summary>Returns the names of the renditions as WebP, narrow ones first.</summary>
    public IEnumerable<string> WebPFiles() =>
        new[] { NarrowWebPName, WebPName }.OfType<string>().Where(name => name.Length > 0).Distinct();
}
