using System.Globalization;
using System.Text.RegularExpressions;

namespace Dispatch.Templates.Languages;

/// <summary>
/// Selects the plural form for a whole number, by rules in CLDR's notation (UTS #35 part 3), such as <c>v = 0 and n % 10 = 1 and n % 100 !=
/// 11</c>. If no rule matches, the form is <c>other</c>. For whole numbers, n and i are the number, and CLDR's other operands (v, w, f, t,
/// e, c) are 0.
/// </summary>
internal sealed partial class PluralRules
{
    public const string Other = "other";

    private readonly List<(string Form, Relation[][] AnyOf)> rules;

    public PluralRules(IReadOnlyDictionary<string, string> rules) => this.rules = [.. rules.Select(rule => (rule.Key, Parse(rule.Value)))];

    /// <summary>The names of all plural forms in the language.</summary>
    public IEnumerable<string> Forms => rules.Select(rule => rule.Form).Append(Other);

    public string FormOf(long number) =>
        rules.FirstOrDefault(rule => rule.AnyOf.Any(allOf => allOf.All(relation => relation.Holds(number)))).Form ?? Other;

    private static Relation[][] Parse(string rule) =>
        [.. rule.Split(" or ").Select(condition => condition.Split(" and ").Select(ParseRelation).ToArray())];

    private static Relation ParseRelation(string text)
    {
        var parts = RelationShape().Match(text.Trim());
        if (!parts.Success)
            throw new FormatException($"expected a relation as in 'n % 10 = 2..4', got '{text}'");
        var ranges = parts.Groups[4].Value.Split(',').Select(range => range.Split(".."))
            .Select(ends => (Number(ends[0]), Number(ends[^1])));
        return new(parts.Groups[1].Value[0], parts.Groups[2].Success ? Number(parts.Groups[2].Value)
            : null, parts.Groups[3].Value == "=", [.. ranges]);
    }

    private static long Number(string digits) =>
        long.Parse(digits, NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture);

    private sealed record Relation(char Operand, long? Modulus, bool Wanted, (long From, long To)[] Ranges)
    {
        public bool Holds(long number)
        {
            var operand = Operand is 'n' or 'i' ? Math.Abs(number) : 0;
            var value = Modulus is { } modulus ? operand % modulus : operand;
            return Ranges.Any(range => range.From <= value && value <= range.To) == Wanted;
        }
    }

    [GeneratedRegex(@"^([nivwftec])(?:\s*%\s*(\d+))?\s*(!?=)\s*(\d[\d.,\s]*)$")]
    private static partial Regex RelationShape();
}
