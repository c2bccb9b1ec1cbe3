using System.Text;
using Markdig.Syntax.Inlines;

namespace Dispatch.Worker.Issues.Content.Parsing;

/// <summary>Words that stand together in a text, although the parser split them, along with the place of each in the source.</summary>
internal sealed class WordRun(bool startsLine)
{
    // Stands for a character that its author marked as meant, by a backslash or by writing it as an entity.
    private const char Meant = '\uFFFC';

    private readonly StringBuilder words = new();
    private readonly StringBuilder forSlips = new();
    private readonly List<(int At, Inline Where)> pieces = [];

    /// <summary>Whether the words begin a line.</summary>
    public bool StartsLine { get; set; } = startsLine;

    public int Length => words.Length;

    public string Words => words.ToString();

    /// <summary>The words for <see cref="Slips.In"/>, after a line feed or a space that is not among the words.</summary>
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

    /// <summary>Returns the part of the source that a position in <see cref="ForSlips"/> comes from.</summary>
    public Inline WhereIs(int position)
    {
        var found = pieces[0].Where;
        foreach (var (at, where) in pieces)
            if (at < Math.Max(position, 1))
                found = where;
        return found;
    }
}
