using Dispatch.Templates;
using Dispatch.Tests.Support;

namespace Dispatch.Tests.Templates;

[TestFixture]
public class TemplateOverrideTests
{
    [Test]
    public void An_operators_file_of_the_same_name_wins_and_the_others_stay()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["issue-subject.sbntxt"], "{{ newsletter_name }}: {{ subject }}\n");
        File.WriteAllText(folder["issue.sbntxt"], "Hello {{ recipient.name | or \"reader\" }}\n{{ content_text }}");
        var renderer = new MailRenderer(folder.Path);
        var mail = renderer.Render(SampleMails.Issue);
        Assert.That(renderer.Validate(), Is.Empty);
        Assert.That(mail.Subject, Is.EqualTo("Sample Letter: A sample"));
        Assert.That(mail.Text, Does.Contain("Hello \uE000name\uE001reader\uE002\nContent").And.Contain("track you"));
        Assert.That(mail.Html, Is.EqualTo(new MailRenderer().Render(SampleMails.Issue with { Subject = "A sample" }).Html.Replace(
            "<title>A sample", "<title>Sample Letter: A sample", StringComparison.Ordinal)));
    }

    [TestCase("issue.sbnhtml", "<tr>\n<td>{{ subjct }}</td></tr>", "issue.sbnhtml, line 2, column 8: unknown variable 'subjct'")]
    [TestCase("layout.sbntxt", "{{ masthead }}\n\n{{ if subscribed }}", "layout.sbntxt, line 3, column ")]
    [TestCase("welcome.sbntxt", "fine\n{{ newsletter_name | string.nonsense }}", "welcome.sbntxt, line 2, column ")]
    [TestCase("issue-subject.sbntxt", "For {{ recipient.name }}",
        "issue-subject.sbntxt, line 1, column 1: a reader's value cannot stand in the subject")]
    [TestCase("isue.sbnhtml", "x", "isue.sbnhtml, line 1, column 1: expected one of issue-subject.sbntxt")]
    public void A_broken_one_is_named_at_start_with_its_line(string name, string source, string expected)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder[name], source);
        var faults = new MailRenderer(folder.Path).Validate();
        Assert.That(faults, Has.Count.EqualTo(1));
        Assert.That(faults[0].Message, Does.StartWith(expected));
    }

    [TestCase(new byte[] { 0xCF, 0xF0 }, 2), TestCase(new byte[] { 0xFF, 0xFE, (byte)'a', 0 }, 2)]
    public void One_that_is_not_UTF8_is_named_with_its_line(byte[] bytes, int line)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder["issue.sbntxt"], [.. "Hello\n"u8, .. bytes, .. "\n{{ content_text }}"u8]);
        Assert.That(new MailRenderer(folder.Path).Validate().Select(fault => fault.Message),
            Is.EqualTo(new[] { $"issue.sbntxt, line {line}, column 1: the file isn't UTF-8: save it as UTF-8" }));
    }

    [Test]
    public void One_with_a_byte_order_mark_is_taken_without_it()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder["issue.sbntxt"], [0xEF, 0xBB, 0xBF, .. "Привет {{ content_text }}"u8]);
        Assert.That(new MailRenderer(folder.Path).Render(SampleMails.Issue).Text, Does.Contain("\nПривет "));
    }

    [Test]
    public void A_mail_whose_template_is_broken_is_refused_and_the_others_go_out()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["issue.sbnhtml"], "{{ if }}");
        var renderer = new MailRenderer(folder.Path);
        Assert.That(() => renderer.Render(SampleMails.Issue), Throws.TypeOf<TemplateException>());
        Assert.That(renderer.Render(SampleMails.Welcome).Subject, Is.EqualTo("Welcome to Sample Letter"));
    }

    [Test]
    public void A_folder_that_is_not_there_changes_nothing()
    {
        using var folder = new TemporaryFolder();
        Assert.That(new MailRenderer(folder["none"]).Validate(), Is.Empty);
    }
}
