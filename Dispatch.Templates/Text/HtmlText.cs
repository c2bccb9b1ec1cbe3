using System.Text;

namespace Dispatch.Templates.Text;

/// <summary>Encodes text for HTML, whether between tags or in double or single quotes.</summary>
public static class HtmlText
{
    // Encodes only what HTML requires, because WebUtility would write each accented letter as a number and triple the size of Czech HTML.
    public static string Encode(string text)
    {
        if (text.AsSpan().IndexOfAny("&<>\"'") < 0)
            return text;
        var encoded = new StringBuilder(text.Length + 32);
        foreach (var character in text)
        {
            _ = character switch
            {
                '&' => encoded.Append("&amp;"),
                '<' => encoded.Append("&lt;"),
                '>' => encoded.Append("&gt;"),
                '"' => encoded.Append("&quot;"),
                '\'' => encoded.Append("&#39;"),
                _ => encoded.Append(character),
            };
        }
        return encoded.ToString();
    }
}
