using Dispatch.Worker.Issues;
using Dispatch.Worker.Issues.Content;

namespace Dispatch.Tests.Issues.Content;

public class IssueTextFieldsTests
{
    [Test]
    public void The_table_lists_every_text_so_that_none_is_forgotten_on_its_way_to_the_row() =>
        Assert.That(IssueText.Fields.Select(field => field.Name), Is.EquivalentTo(
            typeof(IssueText).GetProperties().Where(property => property.PropertyType == typeof(string))
                .Select(property => property.Name)));

    [Test]
    public void A_text_comes_back_from_an_issue_and_from_its_revision_as_it_was()
    {
        var text = IssueText.Of(field => $"the {field}") with { Archived = false };
        foreach (var field in IssueText.Fields)
            Assert.That(field.Get(text), Is.EqualTo($"the {field.Name}"));
        var issue = new Issue { Text = text };
        Assert.That((issue.Text, IssueRevision.Of(issue, "staff:1").Text), Is.EqualTo((text, text)));
        foreach (var field in IssueText.Fields)
            Assert.That(typeof(Issue).GetProperty(field.Name)!.GetValue(issue), Is.EqualTo($"the {field.Name}"),
                "in the column of its name");
    }
}
