using System.Text.RegularExpressions;
using Markdig.Syntax.Inlines;

namespace Dispatch.Worker.Issues.Content.Parsing;

/// <summary>The inlines of a text, with meaningless marks as plain characters.</summary>
internal static partial class FlatInlines
{
    /// <summary>
    /// Returns the inlines. A tilde in a range (3~5), a lone caret and the asterisks of *|NAME|* and 2*3*4 are not emphasis. The opening
    /// mark of a link or picture that never ends is not a link.
    /// </summary>
    public static IEnumerable<Inline> Of(ContainerInline text)
    {
        foreach (var inline in text)
        {
            var (begin, end) = inline switch
            {
                EmphasisInline { DelimiterChar: '~' or '^' or '*', DelimiterCount: 1 } mark when !IsMeant(mark) =>
                    ($"{mark.DelimiterChar}", $"{mark.DelimiterChar}"),
                DelimiterInline open => (open.ToLiteral(), ""),
                _ => (null, ""),
            };
            if (begin is null)
            {
                yield return inline;
                continue;
            }
            yield return new LiteralInline(begin) { Line = inline.Line };
            foreach (var inner in Of((ContainerInline)inline))
                yield return inner;
            yield return new LiteralInline(end) { Line = inline.Line };
        }
    }

    private static bool IsMeant(EmphasisInline mark) => mark.DelimiterChar switch
    {
        '~' => Lowered().IsMatch(ContentOf(mark)),
        '^' => Raised().IsMatch(ContentOf(mark)),
        _ => ContentOf(mark) is not ['|', .., '|'] && !IsFactor(mark),
    };

    private static bool IsFactor(EmphasisInline mark) => ContentOf(mark).All(char.IsAsciiDigit)
        && mark.PreviousSibling is LiteralInline before && before.Content.ToString() is [.., var last] && char.IsAsciiDigit(last)
        && mark.NextSibling is LiteralInline after && after.Content.ToString() is [var first, ..] && char.IsAsciiDigit(first);

    private static string ContentOf(ContainerInline text) => string.Concat(text.Select(inline => inline switch
    {
        LiteralInline literal => literal.Content.ToString(),
        ContainerInline inner => ContentOf(inner),
        _ => " ",
    }));

    [GeneratedRegex(@"^[A-Za-z\p{IsGreek}0-9+\-−–()]{1,20}$")]
    private static partial Regex Lowered();

    [GeneratedRegex(@"^[\p{L}\p{N}+\-−–().,/]{1,20}$")]
    private static partial Regex Raised();
}
