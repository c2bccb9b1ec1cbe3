using System.Text;

namespace Dispatch.Templates.Text;

/// <summary>Encodes text for HTML, between tags and between double or single quotes alike.</summary>
public static class HtmlText
{
    // Only what HTML itself needs: WebUtility would write every accented letter as a number, which triples a Czech mail.
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
