using System.Globalization;
using System.Text.RegularExpressions;
using Dispatch.Templates;
using Dispatch.Templates.Text;

namespace Dispatch.Worker.Issues.Content.Parsing;

/// <summary>
/// Placeholders for fields of the reader in an issue's text: <c>{{ reader.city | "your city" }}</c>, with a default for readers without the
/// field, and nothing else of that form. Before the Markdown is parsed, each placeholder becomes a mark that counts as one word; in the
/// finished text, the mark becomes the slot for each reader's value.
/// </summary>
internal sealed partial class FieldPlaceholders
{
    // Private-use characters, which are dropped from what authors write. The number between them is the placeholder's position in the list.
    private const char Opening = '\uF8F0', Closing = '\uF8F1';

    private readonly List<(string Field, string Fallback)> found = [];

    private FieldPlaceholders(string body) => Body = Placeholder().Replace(
        body.Replace($"{Opening}", "", StringComparison.Ordinal).Replace($"{Closing}", "", StringComparison.Ordinal), match =>
        {
            found.Add((match.Groups[1].Value, match.Groups[2].Value));
            return string.Create(CultureInfo.InvariantCulture, $"{Opening}{found.Count - 1}{Closing}");
        });

    /// <summary>The text with marks in place of placeholders.</summary>
    public string Body { get; }

    public static FieldPlaceholders In(string body) => new(body);

    /// <summary>Returns a fault if a placeholder is in a link, where no reader's value may appear.</summary>
    public ContentFault? FaultIn(string html) =>
        found.Count > 0 && (html.Contains("%EF%A3%B0", StringComparison.OrdinalIgnoreCase) || InLink().IsMatch(html))
            ? new(FaultSeverity.Error, null, "placeholder",
                "A link contains a placeholder for a field of the reader. Links are the same for all readers: remove it.") : null;

    /// <summary>Replaces the marks in a finished message by slots for readers' values.</summary>
    public RenderedMail Into(RenderedMail mail) => found.Count == 0 ? mail
        : mail with { Html = Filled(mail.Html, Place), Text = Filled(mail.Text, Place) };

    /// <summary>Replaces the marks by the defaults, for a page that everybody sees.</summary>
    public string IntoPage(string html) => found.Count == 0 ? html : Filled(html, one => HtmlText.Encode(one.Fallback));

    private string Filled(string text, Func<(string Field, string Fallback), string> with) => Mark().Replace(text, match =>
        int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture) is var number && number < found.Count ? with(found[number]) : "");

    private static string Place((string Field, string Fallback) one) => Placeholders.OfField(one.Field, one.Fallback);

    [GeneratedRegex("""(?<!\\)\{\{[ ]*reader\.([A-Za-z][A-Za-z0-9_]{0,60})[ ]*\|[ ]*["“”]([^"“”{}\n]{0,200})["“”][ ]*\}\}""")]
    private static partial Regex Placeholder();

    [GeneratedRegex(@"\uF8F0([0-9]{1,6})\uF8F1")]
    private static partial Regex Mark();

    [GeneratedRegex(@"(?:href|src)=""[^""]*\uF8F0")]
    private static partial Regex InLink();
}
