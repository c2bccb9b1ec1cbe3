using System.Text.Json;
using AngleSharp.Dom;

namespace Dispatch.Worker.Issues.FromHtml;

/// <summary>Reads the JSON in which Substack describes a picture or an embed: the attribute data-attrs.</summary>
internal static class SubstackData
{
    /// <summary>Returns a string from an element's data, or an empty one if there is none.</summary>
    public static string Of(IElement element, string name)
    {
        try
        {
            if (element.GetAttribute("data-attrs") is not { Length: > 0 } json)
                return "";
            using var data = JsonDocument.Parse(json);
            return data.RootElement.ValueKind is JsonValueKind.Object && data.RootElement.TryGetProperty(name, out var value)
                && value.ValueKind is JsonValueKind.String ? value.GetString()! : "";
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            return "";
        }
    }
}
