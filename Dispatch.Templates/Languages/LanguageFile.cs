using System.Reflection;
using System.Text.Json;

namespace Dispatch.Templates.Languages;

/// <summary>
/// The file of one language: a JSON object of texts, sorted by key, below a comment with the language's terms. A text with plural forms is
/// itself an object. The file contains the plural rules (<c>language.plurals</c>), so a new language needs no code.
/// </summary>
internal sealed class LanguageFile
{
    public const string PluralsKey = "language.plurals";
    internal static readonly JsonDocumentOptions Commented = new() { CommentHandling = JsonCommentHandling.Skip };

    private const string Folder = "Dispatch.Templates.Languages.";

    private readonly Dictionary<string, string> texts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Dictionary<string, string>> counted = new(StringComparer.Ordinal);

    private LanguageFile(string language, JsonElement json)
    {
        Language = language;
        foreach (var text in json.EnumerateObject())
            if (text.Value.ValueKind is JsonValueKind.String)
                texts.Add(text.Name, text.Value.GetString()!);
            else
                counted.Add(text.Name, text.Value.EnumerateObject().ToDictionary(form => form.Name, form => form.Value.GetString()!));
        Plurals = new PluralRules(counted.Remove(PluralsKey, out var rules) ? rules : []);
    }

    public string Language { get; }
    public PluralRules Plurals { get; }
    public IEnumerable<string> Keys => texts.Keys.Concat(counted.Keys);

    public static IReadOnlyDictionary<string, LanguageFile> ReadAll()
    {
        var home = Assembly.GetExecutingAssembly();
        var files = new Dictionary<string, LanguageFile>(StringComparer.OrdinalIgnoreCase);
        foreach (var resource in home.GetManifestResourceNames()
            .Where(name => name.StartsWith(Folder, StringComparison.Ordinal) && name.EndsWith(".json", StringComparison.Ordinal)))
        {
            using var stream = home.GetManifestResourceStream(resource)!;
            using var json = JsonDocument.Parse(stream, Commented);
            var language = resource[Folder.Length..^".json".Length];
            files.Add(language, new LanguageFile(language, json.RootElement));
        }
        return files;
    }

    public bool Has(string key) => texts.ContainsKey(key) || counted.ContainsKey(key);

    public string? Text(string key) => texts.GetValueOrDefault(key);

    /// <summary>Returns the plural forms of a text, or null if the text has none.</summary>
    public IReadOnlyDictionary<string, string>? Forms(string key) => counted.GetValueOrDefault(key);

    public string Form(string key, string form) => counted.TryGetValue(key, out var forms)
        ? forms.GetValueOrDefault(form) ?? forms[PluralRules.Other]
        : throw new KeyNotFoundException($"expected plural forms of '{key}' in {Language}.json, got none");
}
