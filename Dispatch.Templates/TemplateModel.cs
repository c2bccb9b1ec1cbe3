using System.Collections;
using System.Reflection;
using Dispatch.Templates.Text;
using Scriban.Runtime;

namespace Dispatch.Templates;

/// <summary>
/// Turns a mail's record into what its template sees: each property under its name in snake_case, with text cleaned and addresses checked.
/// Templates get only these copies, never an object with methods to call.
/// </summary>
internal static class TemplateModel
{
    public static ScriptObject Of(object mail)
    {
        var model = new ScriptObject(StringComparer.Ordinal);
        foreach (var property in PropertiesOf(mail.GetType()))
            model[NameOf(property)] = Seen(property.GetValue(mail), property.Name);
        return model;
    }

    public static IEnumerable<string> NamesOf(Type mail) => PropertiesOf(mail).Select(NameOf);

    /// <summary>The reader's values, which are placeholders until the mail is addressed.</summary>
    public static ScriptObject Recipient()
    {
        var recipient = new ScriptObject(StringComparer.Ordinal);
        foreach (var key in Placeholders.Keys)
            recipient[key] = new Placeholder(key);
        return recipient;
    }

    private static IEnumerable<PropertyInfo> PropertiesOf(Type type) =>
        // Instead of an enum, a template gets properties derived from it.
        type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(property => property.GetIndexParameters().Length == 0 && !property.PropertyType.IsEnum);

    private static string NameOf(PropertyInfo property) => StandardMemberRenamer.Rename(property.Name);

    private static object? Seen(object? value, string name) => value switch
    {
        null or bool or int => value,
        string text => PlainText.Clean(text.ReplaceLineEndings("\n")),
        Markup markup => new Markup(PlainText.Clean(markup.Value)),
        // Encoding does not make an address safe in an href, so only these two schemes get this far.
        Uri { IsAbsoluteUri: true, Scheme: "http" or "https" } url => PlainText.Clean(url.AbsoluteUri),
        Uri => throw new ArgumentException($"expected an http or https address in {name}, got another kind"),
        IEnumerable items => new ScriptArray(items.Cast<object?>().Select(item => Seen(item, name))),
        _ => throw new ArgumentException($"expected text, a number or an address in {name}, got a {value.GetType().Name}"),
    };
}
