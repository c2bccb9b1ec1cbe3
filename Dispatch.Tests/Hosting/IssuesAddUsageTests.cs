using Dispatch.Tests.Support;

namespace Dispatch.Tests.Hosting;

/// <summary>Wrong usage prints one line, ends with exit code 2 and changes nothing.</summary>
public class IssuesAddUsageTests
{
    [TestCase("--slot: give a date such as 2026-12-02, or next.", "issues", "add", "issue.md", "--slot", "Wednesday")]
    [TestCase("Give either --slot or --send-now, not both.", "issues", "add", "issue.md", "--slot", "next", "--send-now")]
    [TestCase("Required argument missing for command: 'add'.", "issues", "add")]
    public async Task A_wrong_command_line_is_refused(string fault, params string[] arguments)
    {
        Assert.That(await Typed.RunAsync(arguments), Is.EqualTo((2, fault)));
    }
}
