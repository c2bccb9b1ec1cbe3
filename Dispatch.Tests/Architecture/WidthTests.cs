using Dispatch.Templates;
using Dispatch.Tests.Support.Servers;

namespace Dispatch.Tests.Architecture;

/// <summary>
/// Lines of code are at most 140 columns wide, of which a Chinese, Japanese or Korean character takes two. Raw string literals and
/// generated files are exempt.
/// </summary>
public class WidthTests
{
    private const int Columns = 140; // max_line_length in .editorconfig

    [Test]
    public void No_line_is_wider_than_140_columns()
    {
        var top = TestProcess.Run("git", "-C", AppContext.BaseDirectory, "rev-parse", "--show-toplevel").Trim();
        var files = TestProcess.Run("git", "-C", top, "ls-files", "*.cs").Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.That(files, Is.Not.Empty);
        var wide = from file in files
                   where !file.Contains("/Migrations/", StringComparison.Ordinal)
                       && !file.Contains("/Compiled/", StringComparison.Ordinal) && File.Exists(Path.Combine(top, file))
                   from line in TooWide(File.ReadAllLines(Path.Combine(top, file)))
                   select $"{file}:{line}";
        Assert.That(wide, Is.Empty);
    }

    private static IEnumerable<int> TooWide(string[] lines)
    {
        var raw = false;
        for (var number = 1; number <= lines.Length; number++)
        {
            var line = lines[number - 1];
            if (PlainText.WidthOf(line) > Columns && !raw)
                yield return number;
            if (line.Split("\"\"\"").Length % 2 == 0) // a raw string literal begins or ends on this line
                raw = !raw;
        }
    }
}
