namespace Dispatch.Worker.Issues.Photos;

/// <summary>A re-encoded file of a photo, with its name under <c>/media/</c> and its size in pixels and bytes.</summary>
public sealed record PhotoRendition(string Name, int Width, int Height, long Bytes);

/// <summary>The outcome of submitting a picture.</summary>
public abstract record PhotoOutcome
{
    private PhotoOutcome()
    {
    }

    /// <summary>The picture is stored in both widths.</summary>
    public sealed record Taken(PhotoRendition Wide, PhotoRendition Narrow) : PhotoOutcome
    {
        /// <summary>The wide rendition as WebP, or null if it would not be smaller.</summary>
        public PhotoRendition? WideWebP { get; init; }

        /// <summary>The narrow rendition as WebP, or null if it would not be smaller.</summary>
        public PhotoRendition? NarrowWebP { get; init; }

        /// <summary>The names of all renditions under <c>/media/</c>.</summary>
        public string[] Files =>
            [Wide.Name, Narrow.Name, .. new[] { WideWebP?.Name, NarrowWebP?.Name }.OfType<string>()];
    }

    /// <summary>The picture can't be used. The fault is a sentence for the person who submitted it.</summary>
    public sealed record Refused(string Fault) : PhotoOutcome;
}
