namespace Dispatch.Worker.Issues.Photos;

/// <summary>One re-encoded file of a photo: its name under <c>/media/</c>, its size in pixels and in bytes.</summary>
public sealed record PhotoRendition(string Name, int Width, int Height, long Bytes);

/// <summary>The outcome for a picture that somebody submitted.</summary>
public abstract record PhotoOutcome
{
    private PhotoOutcome()
    {
    }

    /// <summary>It is stored, in both widths.</summary>
    public sealed record Taken(PhotoRendition Wide, PhotoRendition Narrow) : PhotoOutcome;

    /// <summary>It cannot be used; the fault is a sentence for the person who submitted it.</summary>
    public sealed record Refused(string Fault) : PhotoOutcome;
}
