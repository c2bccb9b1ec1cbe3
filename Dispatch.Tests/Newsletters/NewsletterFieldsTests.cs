using System.Reflection;
using Dispatch.Worker.Newsletters;

namespace Dispatch.Tests.Newsletters;

public class NewsletterFieldsTests
{
    [Test]
    public void The_table_lists_every_field_so_that_none_is_forgotten_on_its_way_to_the_row() =>
        Assert.That(NewsletterFields.All.Select(field => field.Name), Is.EquivalentTo(
            typeof(NewsletterFields).GetProperties(BindingFlags.Public | BindingFlags.Instance).Select(property => property.Name)));

    [Test]
    public void Every_field_is_taken_over_by_its_own_name()
    {
        var settings = new NewsletterSettings();
        settings.Read(field => $"the {field.Name}");
        var newsletter = Newsletter.Of(settings, DateTimeOffset.UnixEpoch);
        foreach (var field in NewsletterFields.All)
            Assert.That(typeof(Newsletter).GetProperty(field.Name)!.GetValue(newsletter), Is.EqualTo($"the {field.Name}"));
    }

    [Test]
    public void An_answer_address_of_blanks_is_none() =>
        Assert.That(NewsletterSettings.Tidied("weekly", new NewsletterSettings { ReplyTo = " " }).ReplyTo, Is.Null);
}
