using System.Text;
using Dispatch.Templates.Text;

namespace Dispatch.Templates;

/// <summary>A segment of a rendered message: literal text, or a placeholder's key with its fallback.</summary>
public readonly record struct PlaceholderSegment(string? Literal, string? Key, string? Fallback)
{
    public bool IsHole => Key is not null;
}

/// <summary>
/// The places in a rendered message that differ from reader to reader. A placeholder is written as U+E000, key, U+E001, fallback, U+E002.
/// These characters are stripped from all input, so no input can forge a placeholder.
/// </summary>
public static class Placeholders
{
    public const string Name = "name";
    public const string UnsubscribeUrl = "unsubscribe_url";
    public const string PreferencesUrl = "preferences_url";

    /// <summary>The keys that a template can use on <c>recipient</c>.</summary>
    public static IReadOnlySet<string> Keys { get; } = new HashSet<string>(StringComparer.Ordinal) { Name, UnsubscribeUrl, PreferencesUrl };

    private const string FieldPrefix = "field:";

    /// <summary>The key of <see cref="OfToken"/>.</summary>
    public const string Token = "token";

    internal const char Opening = '\uE000', Middle = '\uE001', Closing = '\uE002';

    /// <summary>Writes the place for a field of the reader, with the words for readers of whom it isn't known.</summary>
    /// <param name="field">The field's name, of ASCII letters, digits and underscores.</param>
    /// <param name="fallback">The words.</param>
    public static string OfField(string field, string fallback) => Write(new(FieldPrefix + FieldKey(field), fallback));

    /// <summary>Writes the place for the token in a link, in a message that differs from reader to reader only in its token.</summary>
    public static string OfToken() => Write(new(Token));

    /// <summary>
    /// Returns the field that a placeholder's key stands for, in the form of <see cref="FieldKey"/>, or null if it stands for none.
    /// </summary>
    public static string? FieldIn(string? key) =>
        key?.StartsWith(FieldPrefix, StringComparison.Ordinal) is true ? key[FieldPrefix.Length..] : null;

    /// <summary>
    /// Returns the form in which fields' names are compared: in lower case, with an underscore for anything but a letter or digit.
    /// </summary>
    public static string FieldKey(string name) =>
        string.Create(name.Length, name, (key, from) =>
        {
            for (var at = 0; at < key.Length; at++)
                key[at] = char.IsLetterOrDigit(from[at]) ? char.ToLowerInvariant(from[at]) : '_';
        });

    public static IReadOnlyList<PlaceholderSegment> Split(string text)
    {
        var segments = new List<PlaceholderSegment>();
        var from = 0;
        for (var open = text.IndexOf(Opening); open >= 0; open = text.IndexOf(Opening, from))
        {
            var middle = text.IndexOf(Middle, open);
            var close = text.IndexOf(Closing, Math.Max(open, middle));
            if (middle < 0 || close < 0)
                throw new FormatException($"expected a whole hole at character {open}, got a broken one");
            if (open > from)
                segments.Add(new(text[from..open], null, null));
            segments.Add(new(null, text[(open + 1)..middle], text[(middle + 1)..close]));
            from = close + 1;
        }
        if (from < text.Length)
            segments.Add(new(text[from..], null, null));
        return segments;
    }

    /// <summary>
    /// Replaces the placeholders in a text by a reader's values, or by the fallback if a value is empty. Throws if a value is missing.
    /// </summary>
    public static string Fill(string text, IReadOnlyDictionary<string, string?> values, bool htmlEncode)
    {
        var filled = new StringBuilder(text.Length + 256);
        foreach (var segment in Split(text))
        {
            if (segment.IsHole)
                filled.Append(ValueFor(segment, values, htmlEncode));
            else
                filled.Append(segment.Literal);
        }
        return filled.ToString();
    }

    /// <summary>Returns a reader's value for a placeholder.</summary>
    public static string ValueFor(PlaceholderSegment hole, IReadOnlyDictionary<string, string?> values, bool htmlEncode)
    {
        if (!values.TryGetValue(hole.Key!, out var value) && FieldIn(hole.Key) is null)
            throw new KeyNotFoundException($"expected a value for the hole '{hole.Key}', got only: {string.Join(", ", values.Keys)}");
        return ValueFor(hole, value, htmlEncode);
    }

    /// <summary>Returns the text that replaces a placeholder: the value, or the fallback if the value is empty.</summary>
    public static string ValueFor(PlaceholderSegment hole, string? value, bool htmlEncode)
    {
        var text = PlainText.Clean(string.IsNullOrWhiteSpace(value) ? hole.Fallback ?? "" : value);
        return htmlEncode ? HtmlText.Encode(text) : text;
    }

    internal static string Write(Placeholder hole) => $"{Opening}{hole.Key}{Middle}{PlainText.Clean(hole.Fallback ?? "")}{Closing}";
}

/// <summary>A placeholder in a template. A template can only write it, or give it a fallback with <c>or</c>.</summary>
internal sealed record Placeholder(string Key, string? Fallback = null);
