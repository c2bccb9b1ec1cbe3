using Dispatch.Templates;
using Dispatch.Templates.Text;
using Scriban.Runtime;

namespace Dispatch.Tests.Templates;

[TestFixture]
public class MailTemplateTests
{
    private static readonly string[] Variables = ["subject", "items"];

    [TestCase("<h1>{{ subject }}</h1>\n{{ if items }}never ended", 2, TestName = "An if without its end")]
    [TestCase("{{ subject }}\n\n{{ for x of items }}{{ end }}", 3, TestName = "A for that is misspelt")]
    [TestCase("<h1>\n{{ subjct }}</h1>", 2, TestName = "A variable that is misspelt")]
    [TestCase("{{ if false }}\n{{ subjct }}\n{{ end }}", 2, TestName = "A misspelt variable where the template seldom comes")]
    [TestCase("Dear\n{{ recipient.email }}", 2, TestName = "A reader's value that does not exist")]
    [TestCase("\n{{ if recipient.name }}x{{ end }}", 2, TestName = "A reader's value that is tested")]
    [TestCase("\n{{ recipient.name | string.upcase }}", 2, TestName = "A reader's value that is changed")]
    [TestCase("\n{{ n = recipient.name }}", 2, TestName = "A reader's value that is kept")]
    [TestCase("\n{{ recipient }}", 2, TestName = "A reader as a whole")]
    [TestCase("\n{{ recipient = 1 }}", 2, TestName = "A reader that is replaced")]
    [TestCase("{{ capture x }}{{ subject }}{{ end }}", 1, TestName = "A capture")]
    [TestCase("{{ include 'other' }}", 1, TestName = "An include")]
    [TestCase("{{ date.now }}", 1, TestName = "A clock")]
    public void A_template_that_cannot_work_is_refused_with_its_line(string source, int line)
    {
        var fault = Assert.Throws<TemplateException>(() => MailTemplate.Parse("letter.sbnhtml", source, Variables));
        Assert.That(fault.Line, Is.EqualTo(line));
        Assert.That(fault.Message, Does.StartWith($"letter.sbnhtml, line {line}, column "));
    }

    [TestCase("<p title=\"{{ subject }}\">{{ subject }}</p>", "<p title=\"&lt;b&gt; &amp; &#39;q&#39;\">&lt;b&gt; &amp; &#39;q&#39;</p>")]
    [TestCase("{{ subject | string.upcase }}", "&lt;B&gt; &amp; &#39;Q&#39;")]
    [TestCase("{{ for item in items }}{{ item }};{{ end }}", "&lt;i&gt;;<i>;")]
    [TestCase("{{ \"<literal>\" }}", "&lt;literal&gt;")]
    [TestCase("{{ items[0] + subject }}", "&lt;i&gt;&lt;b&gt; &amp; &#39;q&#39;")]
    [TestCase("{{ x = subject; x }}", "&lt;b&gt; &amp; &#39;q&#39;")]
    public void Every_value_is_encoded_unless_the_host_says_it_is_markup(string source, string expected)
    {
        Assert.That(MailTemplate.Parse("letter.sbnhtml", source, Variables).Render(Model()), Is.EqualTo(expected));
    }

    [Test]
    public void A_text_template_encodes_nothing()
    {
        Assert.That(MailTemplate.Parse("letter.sbntxt", "{{ subject }}", Variables).Render(Model()), Is.EqualTo("<b> & 'q'"));
    }

    [Test]
    public void A_misspelt_name_is_found_when_the_template_runs_if_not_before()
    {
        var template = MailTemplate.Parse("letter.sbnhtml", "fine so far\n{{ subjct }}");
        Assert.That(() => template.Render(Model()), Throws.TypeOf<TemplateException>()
            .With.Property(nameof(TemplateException.Line)).EqualTo(2).And.Message.Contains("subjct"));
    }

    [TestCase("{{ while true }}x{{ end }}", TestName = "A loop without end")]
    [TestCase("{{ for i in 1..1000000 }}x{{ end }}", TestName = "A very long loop")]
    [TestCase("{{ x = 'xxxxxxxxxxxxxxxx'; for i in 1..40; x = x + x; end; x }}", TestName = "A text that doubles")]
    public void A_template_that_runs_wild_is_stopped(string source)
    {
        var template = MailTemplate.Parse("letter.sbnhtml", source);
        Assert.That(() => template.Render(Model()), Throws.TypeOf<TemplateException>());
    }

    [Test]
    public void A_readers_value_becomes_a_hole_with_its_fallback()
    {
        var model = Model();
        model["recipient"] = TemplateModel.Recipient();
        var rendered = MailTemplate.Parse("letter.sbnhtml", "Dear {{ recipient.name | or \"reader\" }}", Variables).Render(model);
        Assert.That(rendered, Is.EqualTo("Dear \uE000name\uE001reader\uE002"));
    }

    private static ScriptObject Model() => new()
    {
        ["subject"] = "<b> & 'q'",
        ["items"] = new ScriptArray { "<i>", new Markup("<i>") },
    };
}
