namespace Dispatch.Worker.Issues.Content.Parsing;

/// <summary>
/// The quotation marks of a language, for quotations and for quotations within them (Unicode's CLDR, and newspapers' usage).
/// </summary>
internal sealed record QuotationMarks(string Opening, string Closing, string InnerOpening, string InnerClosing)
{
    private static readonly QuotationMarks English = new("“", "”", "‘", "’");
    private static readonly QuotationMarks German = new("„", "“", "‚", "‘");
    private static readonly QuotationMarks Russian = new("«", "»", "„", "“");
    private static readonly QuotationMarks Spanish = new("«", "»", "“", "”");
    private static readonly QuotationMarks French = new("«\u202F", "\u202F»", "“", "”");
    private static readonly QuotationMarks Polish = new("„", "”", "«", "»");
    private static readonly QuotationMarks Romanian = new("„", "”", "«", "»");
    private static readonly QuotationMarks Hungarian = new("„", "”", "»", "«");
    private static readonly QuotationMarks Serbian = new("„", "”", "’", "’");
    private static readonly QuotationMarks Finnish = new("”", "”", "’", "’");
    private static readonly QuotationMarks Norwegian = new("«", "»", "‘", "’");
    private static readonly QuotationMarks Persian = new("«", "»", "‹", "›");
    private static readonly QuotationMarks Japanese = new("「", "」", "『", "』");
    private static readonly QuotationMarks Hebrew = new("”", "”", "’", "’");

    private static readonly Dictionary<string, QuotationMarks> Known = new (string Languages, QuotationMarks Marks)[]
    {
        ("de cs sk sl lt bg mk et is ka lv sq", German), ("ru uk be kk ky tg tt ba cv", Russian),
        ("ar es it pt-PT ca el hy ug az ps ku", Spanish),
        ("fr", French), ("pl", Polish), ("ro mo", Romanian), ("hu", Hungarian), ("sr hr bs", Serbian), ("fi sv", Finnish),
        ("no nb nn", Norwegian), ("fa prs fr-CH de-CH", Persian), ("ja zh-Hant zh-TW zh-HK zh-MO", Japanese), ("he yi", Hebrew),
    }.SelectMany(known => known.Languages.Split(' ').Select(language => (language, known.Marks)))
        .ToDictionary(known => known.language, known => known.Marks, StringComparer.OrdinalIgnoreCase);

    /// <summary>Returns the marks for the exact tag or for its first parts, otherwise those of English.</summary>
    public static QuotationMarks Of(string language)
    {
        for (var tag = language; tag.Length > 0; tag = tag[..Math.Max(0, tag.LastIndexOf('-'))])
            if (Known.TryGetValue(tag, out var marks))
                return marks;
        return English;
    }
}
