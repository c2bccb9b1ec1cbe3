using Dispatch.Templates.Languages;

namespace Dispatch.Worker.Issues.Photos;

/// <summary>The word for a picture in the language of an issue, which may be a language without page and message texts.</summary>
internal static class PictureWords
{
    private static readonly Dictionary<string, string> Words = new (string Language, string Word)[]
    {
        ("ar", "صورة"), ("az", "Foto"), ("be", "Фота"), ("bg", "Снимка"), ("bs", "Foto"), ("cs", "Foto"), ("da", "Foto"),
        ("de", "Foto"), ("el", "Φωτογραφία"), ("en", "Photo"), ("es", "Foto"), ("et", "Foto"), ("fa", "عکس"), ("fi", "Kuva"),
        ("fr", "Photo"), ("he", "תמונה"), ("hr", "Fotografija"), ("hu", "Fotó"), ("hy", "Լուսանկար"), ("id", "Foto"),
        ("it", "Foto"), ("ja", "写真"), ("ka", "ფოტო"), ("kk", "Фото"), ("ko", "사진"), ("ky", "Сүрөт"), ("lt", "Nuotrauka"),
        ("lv", "Foto"), ("mk", "Фотографија"), ("mn", "Зураг"), ("nb", "Foto"), ("nl", "Foto"), ("no", "Foto"), ("pl", "Zdjęcie"),
        ("prs", "عکس"), ("ps", "انځور"), ("pt", "Foto"), ("ro", "Foto"), ("ru", "Фото"), ("sk", "Foto"), ("sl", "Fotografija"),
        ("sq", "Foto"), ("sr", "Фото"), ("sr-Latn", "Foto"), ("sv", "Foto"), ("tg", "Акс"), ("tk", "Surat"), ("tr", "Fotoğraf"),
        ("tt", "Фото"), ("ug", "سۈرەت"), ("uk", "Фото"), ("ur", "تصویر"), ("uz", "Foto"), ("vi", "Ảnh"), ("zh", "图片"),
        ("zh-Hant", "圖片"), ("zh-TW", "圖片"), ("zh-HK", "圖片"),
    }.ToDictionary(known => known.Language, known => known.Word, StringComparer.OrdinalIgnoreCase);

    /// <summary>Returns the word for a picture: for the exact tag, for its first part, or in English.</summary>
    public static string Photo(string language)
    {
        for (var tag = language; tag.Length > 0; tag = tag[..Math.Max(0, tag.LastIndexOf('-'))])
            if (Words.TryGetValue(tag, out var word))
                return word;
        return Words["en"];
    }

    /// <summary>Returns a caption that stands for its picture in plain text, such as "[Photo: A road (AFP)]".</summary>
    public static string InPlace(string language, string caption, string credit)
    {
        var words = credit.Length == 0 ? caption : language.StartsWith("zh", StringComparison.OrdinalIgnoreCase)
            || language.StartsWith("ja", StringComparison.OrdinalIgnoreCase)
                ? $"{caption}（{credit}）" : $"{caption} ({credit})".TrimStart();
        return words.Length > 0 ? $"[{Texts.Of(language).Labeled(Photo(language), words)}]" : $"[{Photo(language)}]";
    }
}
