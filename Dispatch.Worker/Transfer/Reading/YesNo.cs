namespace Dispatch.Worker.Transfer.Reading;

/// <summary>
/// Reads cells that say yes or no. A spreadsheet writes its TRUE and FALSE in the language of the machine it runs on, so a file that was
/// opened and saved there has those words.
/// </summary>
internal static class YesNo
{
    private static readonly HashSet<string> Yes = new(StringComparer.OrdinalIgnoreCase)
    {
        "true", "1", "yes", "y", "wahr", "ja", "vrai", "oui", "verdadero", "sí", "si", "vero", "sì", "verdadeiro", "sim", "waar",
        "prawda", "tak", "pravda", "ano", "áno", "sand", "sandt", "sann", "tosi", "igaz", "igen", "adevărat", "da", "doğru",
        "evet", "истина", "да", "істина", "так", "真", "是", "はい", "참", "예", "صحيح", "نعم",
    };

    private static readonly HashSet<string> No = new(StringComparer.OrdinalIgnoreCase)
    {
        "false", "0", "no", "n", "falsch", "nein", "faux", "non", "falso", "não", "onwaar", "nee", "fałsz", "nie", "nepravda",
        "ne", "falsk", "usann", "nej", "nei", "epätosi", "hamis", "nem", "fals", "nu", "yanlış", "hayır", "ложь", "нет",
        "хибність", "ні", "假", "否", "いいえ", "거짓", "아니요", "خطأ", "لا",
    };

    /// <summary>Returns what a cell says, or null if it says neither.</summary>
    public static bool? Read(string? cell)
    {
        var word = (cell ?? "").Trim();
        return Yes.Contains(word) ? true : No.Contains(word) ? false : null;
    }
}
