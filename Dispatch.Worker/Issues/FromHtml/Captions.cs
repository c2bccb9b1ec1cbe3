using System.Text.RegularExpressions;

namespace Dispatch.Worker.Issues.FromHtml;

/// <summary>Splits a caption into the caption proper and a credit. Systems without a field for the credit keep both together.</summary>
public static partial class Captions
{
    /// <summary>Returns a caption such as "The pass in March. Photo: Agency" as caption and credit.</summary>
    public static (string Caption, string Credit) Divide(string words)
    {
        words = words.Trim();
        return Credit().Match(words) is { Success: true } credit
            ? (credit.Groups["caption"].Value.Trim().TrimEnd('(', '[', '|', '/', '–', '—', '-', '·', ',').TrimEnd(),
                credit.Groups["who"].Value.Trim().TrimEnd(')', ']').TrimEnd())
            : (words, "");
    }

    /// <summary>Returns a figure in Markdown.</summary>
    public static string Figure(string alt, string name, string caption, string credit)
    {
        // The last bar in a title splits it, so a caption that contains a bar needs one after it.
        var title = credit.Length > 0 ? $"{caption} | {credit}"
            : caption.Contains('|', StringComparison.Ordinal) ? $"{caption} |" : caption;
        var words = MarkdownText.Title(title);
        return $"![{MarkdownText.Escaped(alt).Trim()}]({MarkdownText.Target(name)}{(words.Length > 0 ? $" \"{words}\"" : "")})";
    }

    [GeneratedRegex(@"^(?<caption>|.*?[\s.!?…;,(\[|–—·/-])\s*(?:Photo|Photograph|Photography|Picture|Image|Credit|Credits|Foto|Fotó|Bild|"
        + @"Kuva|Zdjęcie|Фото|Фотография|Сурет|Сүрөт|صورة|الصورة|تصویر|عکس|图片|照片|摄影|图|写真|사진)"
        + @"(?:\s+(?:credit|courtesy|by|von|de|par))?"
        + @"(?:\s*(?:[:：©]|/)\s*|(?<=\s(?:by|von|par|courtesy))\s+)(?<who>[^:：]{1,120})$",
        RegexOptions.IgnoreCase | RegexOptions.Singleline)]
    private static partial Regex Credit();
}
