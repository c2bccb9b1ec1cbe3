using System.Text.RegularExpressions;
using Dispatch.Worker.Newsletters;

namespace Dispatch.Worker.Issues.Archive;

/// <summary>Finds the authors in a byline, such as "A. Novak and B. Reid".</summary>
public static partial class Bylines
{
    private const int LongestSlug = 60;

    /// <summary>Returns the authors of a byline without a "By", each once.</summary>
    public static IReadOnlyList<Author> In(string byline) =>
        [.. PiecesOf(byline).Select(piece => piece.Author).OfType<Author>().DistinctBy(author => author.Slug)];

    /// <summary>Returns a byline in pieces: the authors, and what is between them.</summary>
    public static IReadOnlyList<(string Text, Author? Author)> PiecesOf(string byline)
    {
        var (pieces, done) = (new List<(string, Author?)>(), 0);
        foreach (Match between in Between().Matches(byline))
        {
            Add(byline[done..between.Index]);
            pieces.Add((between.Value, null));
            done = between.Index + between.Length;
        }
        Add(byline[done..]);
        return pieces;

        void Add(string name)
        {
            if (name.Length > 0)
                pieces.Add((name, SlugOf(name) is { Length: > 0 } slug ? new Author(name, slug) : null));
        }
    }

    private static string SlugOf(string name)
    {
        var slug = Slugs.From(name);
        return slug.Length > LongestSlug ? slug[..LongestSlug].Trim('-') : slug;
    }

    // A comma or "and" in the languages of issues. "A. Novak, RFE/RL" would be two authors, of whom the second is the newsroom.
    [GeneratedRegex(@"\s*[,;،、，；&]\s*|\s+(?:and|und|et|y|e|i|a|og|och|en|ve|və|va|ve|и|і|та|және|мен|жана|у)\s+|\s+و\s*"
        + @"|(?<=\p{L})和(?=\p{L})",
        RegexOptions.CultureInvariant)]
    private static partial Regex Between();
}

/// <summary>An author of issues.</summary>
/// <param name="Name">The name as in the byline.</param>
/// <param name="Slug">The name in URLs.</param>
public sealed record Author(string Name, string Slug);
