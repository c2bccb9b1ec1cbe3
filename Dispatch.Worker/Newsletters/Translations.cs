using System.Text.Json;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace Dispatch.Worker.Newsletters;

/// <summary>
/// A text of a newsletter in languages of readers, by language, such as <c>ru</c>. Nothing changes an existing object: a changed text is a
/// new object.
/// </summary>
public sealed class Translations : Dictionary<string, string>
{
    public Translations() : base(StringComparer.Ordinal)
    {
    }

    /// <summary>Returns a copy with another text in a language. An empty text removes the language.</summary>
    public Translations With(string language, string text)
    {
        var copy = new Translations();
        foreach (var (known, value) in this.Where(entry => entry.Key != language))
            copy.Add(known, value);
        if (text.Length > 0)
            copy.Add(language, text);
        return copy;
    }

    /// <summary>Stores the texts as JSON, in the order of the languages. The compiled model uses this converter, too.</summary>
    internal sealed class AsJson() : ValueConverter<Translations, string>(texts => Written(texts), stored => Read(stored));

    /// <summary>Compares the texts. The compiled model uses this comparer, too.</summary>
    internal sealed class ByText() : ValueComparer<Translations>(
        (one, other) => Written(one) == Written(other), texts => Written(texts).GetHashCode(StringComparison.Ordinal), texts => texts);

    internal static string Written(Translations? texts) => JsonSerializer.Serialize(
        new SortedDictionary<string, string>(texts ?? [], StringComparer.Ordinal));

    // Newsletters that are older than the column have an empty text.
    internal static Translations Read(string stored) =>
        stored.Length == 0 ? [] : JsonSerializer.Deserialize<Translations>(stored) ?? [];
}
