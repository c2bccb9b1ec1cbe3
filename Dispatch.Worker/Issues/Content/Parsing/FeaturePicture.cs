namespace Dispatch.Worker.Issues.Content.Parsing;

/// <summary>
/// The picture at the top of an issue. Its field holds the picture's name, or a figure in Markdown with alt text, caption and credit.
/// </summary>
internal static class FeaturePicture
{
    /// <summary>Returns the field as Markdown.</summary>
    public static string MarkdownOf(string field) => field.Contains("![", StringComparison.Ordinal) ? field : $"![](<{field}>)";
}
