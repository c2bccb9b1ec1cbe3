using System.Reflection;
using Dispatch.Worker.Newsletters;

namespace Dispatch.Tests.Newsletters;

public class NewsletterFieldsTests
{
    [Test]
    public void The_table_lists_every_field_so_that_none_is_forgotten_on_its_way_to_the_row() =>
        Assert.That(NewsletterFields.All.Select(field => field.Name.Split(':')[0]).Distinct(), Is.EquivalentTo(
            typeof(NewsletterFields).GetProperties(BindingFlags.Public | BindingFlags.Instance).Select(property => property.Name)));

    [Test]
    public void Names_can_be_given_in_each_language_that_readers_can_choose() =>
        Assert.That(NewsletterFields.Languages, Is.EqualTo(Dispatch.Templates.Languages.Texts.All.Select(texts => texts.Language).Order()));

    [Test]
    public void Every_field_is_taken_over_by_its_own_name()
    {
        var settings = new NewsletterSettings();
        settings.Read(field => field.Name == nameof(Newsletter.SmartTypography) ? "true" : $"the {field.Name}");
        var newsletter = Newsletter.Of(settings, DateTimeOffset.UnixEpoch);
        foreach (var field in NewsletterFields.All)
            Assert.That(field.Get(newsletter),
                Is.EqualTo(field.Name == nameof(Newsletter.SmartTypography) ? "true" : $"the {field.Name}"));
        Assert.That((newsletter.Name, newsletter.Names["ru"], newsletter.Descriptions["zh"], newsletter.SmartTypography),
            Is.EqualTo(("the Name", "the Names:ru", "the Descriptions:zh", true)));
    }

    [Test]
    public void An_answer_address_of_blanks_is_none() =>
        Assert.That(NewsletterSettings.Tidied("weekly", new NewsletterSettings { ReplyTo = " " }).ReplyTo, Is.Null);
}
