using System.Collections;
using System.Reflection;
using Dispatch.Templates.Text;
using Scriban.Runtime;

namespace Dispatch.Templates;

/// <summary>
/// Converts a message's record to its template's model. Properties get names in snake_case, text is cleaned and URLs are checked. A
/// template sees only these copies, never an object with methods.
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

    /// <summary>The names of a brand's colors, which every template has.</summary>
    public static IReadOnlyList<string> ColorNames { get; } = ["accent", "dark_accent", "button_color", "dark_button_color"];

    /// <summary>Gives a model the colors of a brand.</summary>
    public static void GiveColors(ScriptObject model, MailBrand brand)
    {
        foreach (var (name, color) in ColorNames.Zip([brand.Accent, brand.DarkAccent, brand.ButtonColor, brand.DarkButtonColor]))
            model[name] = color;
    }

    /// <summary>Returns the placeholders for a reader's values.</summary>
    public static ScriptObject Recipient()
    {
        var recipient = new ScriptObject(StringComparer.Ordinal);
        foreach (var key in Placeholders.Keys)
            recipient[key] = new Placeholder(key);
        return recipient;
    }

    private static IEnumerable<PropertyInfo> PropertiesOf(Type type) =>
        // A template can't see an enum, only properties derived from it. The brand has names of its own.
        type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(property => property.GetIndexParameters().Length == 0 && !property.PropertyType.IsEnum
                && property.PropertyType != typeof(MailBrand));

    private static string NameOf(PropertyInfo property) => StandardMemberRenamer.Rename(property.Name);

    private static object? Seen(object? value, string name) => value switch
    {
        null or bool or int => value,
        string text => PlainText.Clean(text.ReplaceLineEndings("\n")),
        Markup markup => new Markup(PlainText.Clean(markup.Value)),
        // Encoding does not make a URL safe in an href, so only these two schemes are allowed.
        Uri { IsAbsoluteUri: true, Scheme: "http" or "https" } url => PlainText.Clean(url.AbsoluteUri),
        Uri => throw new ArgumentException($"expected an http or https address in {name}, got another kind"),
        IEnumerable items => new ScriptArray(items.Cast<object?>().Select(item => Seen(item, name))),
        _ => throw new ArgumentException($"expected text, a number or an address in {name}, got a {value.GetType().Name}"),
    };
}
