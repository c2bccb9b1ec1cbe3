using Dispatch.Tests.Support;
using Dispatch.Tests.Support.Servers;

namespace Dispatch.Tests.Bounces.Reports;

/// <summary>The verb <c>bounces classify</c>, as its users call it.</summary>
[Category(Needs.Processes)]
public class ClassifyVerbTests
{
    [Test]
    public void It_prints_a_line_for_each_file()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder["gone.eml"], ComeBack.Dsn("bounces@sender.test", "ana@example.org"));
        File.WriteAllBytes(folder["away.eml"], ComeBack.Letter("news@sender.test", "ben@example.org", "Out of office", "Back on Monday."));
        var worker = Path.Combine(AppContext.BaseDirectory, "Dispatch.Worker.dll");
        var said = TestProcess.Run("dotnet", worker, "bounces", "classify", folder["gone.eml"], folder["away.eml"]);
        Assert.That(said.Split('\n', StringSplitOptions.RemoveEmptyEntries), Is.EqualTo(new[]
        {
            $"{folder["gone.eml"]}\tana@example.org\thard\t5.1.1\tthe mailbox doesn't exist (code 5.1.1)",
            $"{folder["away.eml"]}\t-\tauto-reply\t-\ta program answered (its subject says so)",
        }));
    }
}
