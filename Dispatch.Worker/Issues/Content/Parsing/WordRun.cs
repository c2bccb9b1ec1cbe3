using System.Text;
using Markdig.Syntax.Inlines;

namespace Dispatch.Worker.Issues.Content.Parsing;

/// <summary>A run of words in the text that the parser split into pieces, with each piece's place in the source.</summary>
internal sealed class WordRun(bool startsLine)
{
    /// <summary>Stands for a character that the author escaped with a backslash or wrote as an entity.</summary>
    public const char Meant = '\uFFFC';

    /// <summary>
    /// Stands for the end of a line that is not even a space, in Chinese and Japanese. A noncharacter, which no author writes.
    /// </summary>
    public const char Joint = '\uFDD0';

    private readonly StringBuilder words = new();
    private readonly StringBuilder forSlips = new();
    private readonly List<(int At, Inline Where)> pieces = [];

    public bool StartsLine { get; set; } = startsLine;

    public int Length => words.Length;

    public string Words => words.ToString();

    /// <summary>
    /// The words in the form for <see cref="Slips.In"/>: preceded by a line feed if they begin a line, otherwise by a space.
    /// </summary>
    public string ForSlips => (StartsLine ? "\n" : " ") + forSlips;

    public void Add(string some, Inline where)
    {
        if (some.Length == 0)
            return;
        pieces.Add((words.Length, where));
        words.Append(some);
        forSlips.Append(where switch
        {
            LiteralInline { IsFirstCharacterEscaped: true } => Meant + some[1..],
            HtmlEntityInline => new string(Meant, some.Length),
            LineBreakInline => "\n",
            _ => some,
        });
    }

    /// <summary>Returns the piece of the source at a position in <see cref="ForSlips"/>.</summary>
    public Inline WhereIs(int position)
    {
        var (first, after) = (0, pieces.Count); // a paragraph may have a piece and a slip on each of a hundred thousand lines
        while (after - first > 1)
        {
            var middle = (first + after) / 2;
            if (pieces[middle].At < Math.Max(position, 1))
                first = middle;
            else
                after = middle;
        }
        return pieces[first].Where;
    }
}
