using Scriban;
using Scriban.Runtime;
using Scriban.Syntax;

namespace Dispatch.Templates;

/// <summary>A compiled template. If its name ends in <c>.sbnhtml</c>, its values are HTML-encoded.</summary>
public sealed class MailTemplate
{
    private readonly Template template;

    private MailTemplate(string name, Template template) => (Name, this.template) = (name, template);

    public string Name { get; }

    public bool IsHtml => Name.EndsWith(".sbnhtml", StringComparison.OrdinalIgnoreCase);

    /// <summary>
    /// Compiles a template and checks it without running it. <paramref name="variables"/> are the names in its model. Without them, a
    /// misspelt name is found only at run time.
    /// </summary>
    /// <exception cref="TemplateException">The template does not compile. The exception has the first fault's line and column.</exception>
    public static MailTemplate Parse(string name, string source, IEnumerable<string>? variables = null)
    {
        var template = Template.Parse(PlainText.Clean(source.ReplaceLineEndings("\n")), name);
        var fault = template.Messages.FirstOrDefault(message => message.Type == Scriban.Parsing.ParserMessageType.Error);
        if (fault is not null)
            throw new TemplateException(name, fault.Span.Start.Line + 1, fault.Span.Start.Column + 1, fault.Message);
        new TemplateCheck(name, variables).Check(template.Page!);
        return new MailTemplate(name, template);
    }

    internal string Render(ScriptObject model)
    {
        try
        {
            return template.Render(new MailContext(IsHtml, model));
        }
        catch (ScriptRuntimeException e)
        {
            throw new TemplateException(Name, e.Span.Start.Line + 1, e.Span.Start.Column + 1, e.OriginalMessage, e);
        }
    }
}
