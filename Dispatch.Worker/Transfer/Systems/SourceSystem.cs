using System.Text.Json;

namespace Dispatch.Worker.Transfer.Systems;

/// <summary>A system that readers come from: how to recognize its files, and how to read their rows.</summary>
public abstract class SourceSystem
{
    /// <summary>The name on the command line and in the API, such as <c>listmonk</c>.</summary>
    public abstract string Name { get; }

    /// <summary>The display name, such as <c>listmonk (CSV)</c>.</summary>
    public abstract string Title { get; }

    /// <summary>What a person should know before importing such a file.</summary>
    public virtual IReadOnlyList<string> Remarks => [];

    /// <summary>Whether the files don't say who is subscribed, so that a person has to.</summary>
    public virtual bool NeedsWord => false;

    /// <summary>Returns why a file is recognized as this system's, in words that follow "because", or null if it isn't.</summary>
    public abstract string? Recognize(SourceColumns columns);

    /// <summary>Reads a row. Columns that aren't read become fields of the reader.</summary>
    public abstract void Read(SourceRow row, ReaderDraft reader);

    /// <summary>
    /// Returns why a column is dropped, or null if it is kept. Dispatch keeps no IP addresses, no places derived from them, and nothing
    /// about what readers opened.
    /// </summary>
    public virtual string? Drops(string column)
    {
        foreach (var word in column.Split([' ', '_', '-', '.', '(', ')', '/'], StringSplitOptions.RemoveEmptyEntries))
            switch (word.ToLowerInvariant())
            {
                case "ip" or "ips" or "ipaddress":
                    return "address of a machine";
                case "latitude" or "longitude" or "lat" or "lng" or "lon" or "geo" or "geolocation":
                    return "place";
                case "opens" or "opened" or "open" or "clicks" or "clicked" or "click":
                    return "what readers opened or clicked";
            }
        return null;
    }

    /// <summary>Says which columns a file was recognized by.</summary>
    protected static string HasColumns(params ReadOnlySpan<string> names) => $"it has the columns {string.Join(", ", names)}";

    /// <summary>
    /// Takes the entries of a JSON object as fields; an entry for the language becomes the reader's language. Nested values stay JSON.
    /// </summary>
    protected static void TakeJson(string? text, string column, ReaderDraft reader)
    {
        if (string.IsNullOrWhiteSpace(text))
            return;
        try
        {
            using var json = JsonDocument.Parse(text);
            if (json.RootElement.ValueKind is not JsonValueKind.Object)
            {
                reader.Fields.TryAdd(column, text);
                return;
            }
            foreach (var entry in json.RootElement.EnumerateObject())
                Take(entry.Name, TextOf(entry.Value), reader);
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException) // a lone surrogate in a string
        {
            reader.Refuse(column, "isn't the JSON that this system writes", "the cell as it was exported");
        }
    }

    /// <summary>Takes a dictionary entry as the language, as the name if there is none yet, or as a field.</summary>
    protected static void Take(string key, string? value, ReaderDraft reader)
    {
        if (string.IsNullOrEmpty(value))
            return;
        if (key.ToLowerInvariant() is "language" or "lang" or "locale" && reader.Language is null
            && Reading.CellText.Language(value) is { } language)
            reader.Language = language;
        else if (key.Equals("name", StringComparison.OrdinalIgnoreCase) && reader.Name is null)
            reader.Name = value;
        else
            reader.Fields.TryAdd(key, value);
    }

    private static string? TextOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Null or JsonValueKind.Undefined => null,
        JsonValueKind.Array when value.EnumerateArray().All(item => item.ValueKind is JsonValueKind.String) =>
            string.Join("; ", value.EnumerateArray().Select(item => item.GetString())),
        _ => value.GetRawText(),
    };
}
