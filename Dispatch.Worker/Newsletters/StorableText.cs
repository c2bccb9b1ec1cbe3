namespace Dispatch.Worker.Newsletters;

/// <summary>Which text every database can keep: PostgreSQL has no U+0000, and neither has half a pair of surrogates.</summary>
public static class StorableText
{
    /// <summary>For a message, after the field's name.</summary>
    public const string Why = "holds a character that no text can hold (U+0000, or half a character). Take it out; mostly it came with something pasted.";

    public static bool Is(string? text)
    {
        for (var rest = text.AsSpan(); !rest.IsEmpty;)
        {
            var at = rest.IndexOfAnyInRange('\uD800', '\uDFFF');
            if ((at < 0 ? rest : rest[..at]).Contains('\0'))
                return false;
            if (at < 0)
                return true;
            if (at + 1 >= rest.Length || !char.IsSurrogatePair(rest[at], rest[at + 1]))
                return false;
            rest = rest[(at + 2)..];
        }
        return true;
    }
}
