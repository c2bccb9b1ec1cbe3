using System.Text.RegularExpressions;

namespace Dispatch.Api.Pages.Desk;

/// <summary>
/// Sets typographic apostrophes in sentences of the worker's that a page shows. On the command line and in logs they stay straight.
/// </summary>
public static partial class Apostrophes
{
    public static string Curl(string sentence) => Apostrophe().Replace(sentence, "’");

    // Only within a word: around one, the marks are quotation marks, as in "is 'banana'".
    [GeneratedRegex(@"(?<=\p{L})'(?=\p{L})")]
    private static partial Regex Apostrophe();
}
