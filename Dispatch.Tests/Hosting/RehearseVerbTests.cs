using System.Text.Json;
using Dispatch.Tests.Support;
using Dispatch.Tests.Support.Samples;
using Dispatch.Tests.Support.Servers;

namespace Dispatch.Tests.Hosting;

/// <summary>A rehearsal with an issue of one's own. One with photos was held, and the verb ended with a stack trace.</summary>
[Category(Needs.Processes)]
public class RehearseVerbTests
{
    private TemporaryFolder folder = null!;

    [SetUp]
    public void MakeFolder() => folder = new TemporaryFolder();

    [TearDown]
    public void RemoveFolder() => folder.Dispose();

    [Test]
    public void An_issue_goes_out_with_the_photos_that_lie_next_to_it()
    {
        Directory.CreateDirectory(folder["photos"]);
        File.WriteAllBytes(folder["photos/pole.png"], Pictures.Png(200, 300));
        Write("Words.\n\n![A pole](photos/pole.png)\n");
        var printed = TestProcess.Run("dotnet", Path.Combine(AppContext.BaseDirectory, "Dispatch.Worker.dll"), "rehearse",
            "--recipients", "3", "--relay", $"pickup:{folder["outbox"]}", "--issue", folder["issue.md"]);
        var result = JsonDocument.Parse(printed.Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1]).RootElement;
        Assert.That(result.GetProperty("accepted").GetInt32(), Is.EqualTo(3));
    }

    private void Write(string body) => File.WriteAllText(folder["issue.md"],
        $"---\nnewsletter: elsewhere\nsubject: A pole\nslug: pole\nslot: 2021-11-17\n---\n{body}");
}
