namespace Dispatch.Templates.Text;

/// <summary>Tells how a text may be set, by the scripts of its letters.</summary>
public static class ScriptTraits
{
    /// <summary>
    /// Whether a text may be slanted, spaced out or set in capitals, as Latin, Greek, Cyrillic, Armenian and Georgian may. The letters of
    /// Arabic join, and neither they nor ideographs have italics.
    /// </summary>
    public static bool HasItalics(string text)
    {
        if (System.Text.Ascii.IsValid(text))
            return true;
        foreach (var rune in text.EnumerateRunes())
            if (System.Text.Rune.IsLetter(rune) && !IsEuropean(rune.Value))
                return false;
        return true;
    }

    private static bool IsEuropean(int letter) => letter is < 0x0590 or >= 0x10A0 and <= 0x10FF or >= 0x1C80 and <= 0x1CBF
        or >= 0x1D00 and <= 0x1FFF or >= 0x2071 and <= 0x218B or >= 0x2C60 and <= 0x2D2F or >= 0xA640 and <= 0xA7FF
        or >= 0xAB30 and <= 0xAB6F or >= 0xFB00 and <= 0xFB17;
}
