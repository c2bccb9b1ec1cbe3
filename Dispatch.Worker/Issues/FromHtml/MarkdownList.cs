using System.Globalization;

namespace Dispatch.Worker.Issues.FromHtml;

/// <summary>Writes a list as Markdown.</summary>
internal static class MarkdownList
{
    /// <param name="items">The blocks of each item.</param>
    /// <param name="first">The first item's number, or null for bullets.</param>
    /// <param name="below">The block above the list, or null. Two lists in a row would be one, unless their marks differ.</param>
    public static string Of(List<List<string>> items, int? first, string? below)
    {
        var isSecond = below is not null && (first is null ? below.StartsWith("- ", StringComparison.Ordinal)
            : Is(below) && char.IsAsciiDigit(below[0]) && below.Contains(". ", StringComparison.Ordinal));
        var isTight = items.All(item => item.Count == 1 || item.Skip(1).All(Is));
        return string.Join(isTight ? "\n" : "\n\n", items.Select((item, index) =>
        {
            var mark = first is { } number ? Number(number + index, isSecond ? ')' : '.') : isSecond ? "* " : "- ";
            return MarkdownText.Indented(string.Join(isTight ? "\n" : "\n\n", item), mark, new string(' ', mark.Length));
        }));

        static string Number(int number, char sign) => string.Create(CultureInfo.InvariantCulture, $"{number}{sign} ");
    }

    private static bool Is(string block) => block.StartsWith("- ", StringComparison.Ordinal)
        || block.StartsWith("* ", StringComparison.Ordinal)
        || (char.IsAsciiDigit(block[0]) && block.IndexOfAny(['.', ')']) is > 0 and var at && block[..at].All(char.IsAsciiDigit));
}
