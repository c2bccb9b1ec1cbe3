using System.Globalization;
using System.Text;
using Dispatch.Worker.Addresses;
using Dispatch.Worker.Database;
using Dispatch.Worker.Subscribers;

namespace Dispatch.Worker.Transfer.Reading;

/// <summary>Cleans the text of cells, and writes cells so that a spreadsheet treats them as text.</summary>
internal static class CellText
{
    /// <summary>
    /// Removes the apostrophe with which a system keeps a cell from being run as a formula (CWE-1236). phpList writes a space after it.
    /// </summary>
    public static string WithoutGuard(string cell)
    {
        if (cell.Length < 2 || cell[0] != '\'')
            return cell;
        var marks = cell.AsSpan().IndexOfAnyExcept('\'');
        if (marks > 0 && Runs(cell[marks]))
            return cell[1..];
        var blank = marks > 0 && cell.Length > marks + 1 && cell[marks] == ' ' && Runs(cell[marks + 1]);
        return !blank ? cell : marks == 1 ? cell[2..] : cell[1..];
    }

    /// <summary>Keeps a cell from being run as a formula. <see cref="WithoutGuard"/> restores the cell.</summary>
    public static string Guarded(string cell)
    {
        if (cell.Length == 0)
            return cell;
        var marks = cell.AsSpan().IndexOfAnyExcept('\'');
        var runs = marks >= 0 && (Runs(cell[marks])
            || (marks > 0 && cell[marks] == ' ' && cell.Length > marks + 1 && Runs(cell[marks + 1])));
        return runs ? "'" + cell : cell;
    }

    /// <summary>Returns a heading on one line, cleaned like a name. Null if nothing is left.</summary>
    public static string? Heading(string? text) => ReaderName.Of(text);

    /// <summary>Returns the value of a field, without control characters and with LF as line ends. Null if nothing is left.</summary>
    public static string? Value(string text)
    {
        if (text.AsSpan().IndexOfAnyInRange('\0', '\u001F') < 0 && text.AsSpan().IndexOfAnyInRange('\u007F', '\u009F') < 0
            && text.AsSpan().IndexOfAnyInRange('\uD800', '\uDFFF') < 0)
            return text.Trim() is { Length: > 0 } whole ? whole : null;
        var kept = new StringBuilder(text.Length);
        foreach (var rune in StorableText.Of(text.ReplaceLineEndings("\n")).EnumerateRunes())
            if (rune.Value is '\n' or '\t' || !Rune.IsControl(rune))
                kept.Append(rune.ToString());
        return kept.ToString().Trim() is { Length: > 0 } left ? left : null;
    }

    /// <summary>Returns a BCP 47 tag as it is stored, or null if the text isn't one.</summary>
    public static string? Language(string? text)
    {
        var tag = (text ?? "").Trim().Replace('_', '-');
        var parts = tag.Split('-');
        return parts.Length is >= 1 and <= 4 && parts[0].Length is 2 or 3 && parts[0].All(char.IsAsciiLetter)
            && parts[1..].All(part => part.Length is >= 2 and <= 8 && part.All(char.IsAsciiLetterOrDigit)) ? tag : null;
    }

    /// <summary>
    /// Reads a cell that contains one address, possibly with spaces and invisible characters around it, with <c>mailto:</c> before it, or
    /// as <c>Name &lt;address&gt;</c>.
    /// </summary>
    /// <param name="cell">The cell.</param>
    /// <param name="address">The address.</param>
    /// <param name="name">The name before the address, or null.</param>
    /// <param name="fault">The key of the text that says what is wrong.</param>
    public static bool TryAddress(string cell, out EmailAddress? address, out string? name, out string? fault)
    {
        name = null;
        if (EmailAddress.TryParse(cell, out address, out fault))
            return true;
        var text = Visible(cell).Trim();
        if (text.StartsWith("mailto:", StringComparison.OrdinalIgnoreCase))
            text = text[7..].Trim();
        if (text.EndsWith('>') && text.IndexOf('<') is >= 0 and var open && text.LastIndexOf('<') == open)
            (name, text) = (ReaderName.Of(text[..open].Trim().Trim('"')), text[(open + 1)..^1].Trim());
        return EmailAddress.TryParse(text, out address, out fault);
    }

    private static bool Runs(char first) => first is '=' or '+' or '-' or '@' or '\t' or '\r';

    private static string Visible(string text)
    {
        var kept = new StringBuilder(text.Length);
        foreach (var sign in text)
            if (char.GetUnicodeCategory(sign) is not (UnicodeCategory.Format or UnicodeCategory.Control))
                kept.Append(sign);
        return kept.ToString();
    }
}
