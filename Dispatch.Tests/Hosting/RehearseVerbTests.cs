using System.Text.Json;
using Dispatch.Tests.Support;
using Dispatch.Tests.Support.Samples;
using Dispatch.Tests.Support.Servers;
using Dispatch.Worker.Hosting.Rehearsals;
using Dispatch.Worker.Settings;

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

    [Test]
    public void An_issue_that_cannot_go_out_is_refused_with_the_reason()
    {
        Directory.CreateDirectory(folder["photos"]);
        File.WriteAllBytes(folder["photos/pole.png"], Pictures.Png(200, 300));
        Write("Words.\n\n![What it shows](photos/pole.png)\n");
        var rehearsal = new Rehearsal(3, $"pickup:{folder["outbox"]}", 1, folder["issue.md"], dkimKey: null, database: null, settings: []);
        Assert.That(() => rehearsal.RunAsync((_, _, _) => { }, CancellationToken.None),
            Throws.TypeOf<StartException>().With.Message.StartsWith("The issue was not sent. It can't go out as it is: "));
    }

    private void Write(string body) => File.WriteAllText(folder["issue.md"],
        $"---\nnewsletter: elsewhere\nsubject: A pole\nslug: pole\nslot: 2021-11-17\n---\n{body}");
}
