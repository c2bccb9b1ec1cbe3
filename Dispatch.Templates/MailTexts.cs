using Dispatch.Templates.Languages;
using Dispatch.Templates.Text;
using Scriban.Runtime;

namespace Dispatch.Templates;

/// <summary>
/// What <c>{{ text "welcome.thanks" }}</c> writes in a mail's template: the text of that key in the mail's language. Its placeholders are
/// filled with the model's values of the same names, so that no template has to repeat them: <c>{newsletter_name}</c> from
/// <c>newsletter_name</c>, <c>{recipient.unsubscribe_url}</c> from the reader.
/// </summary>
internal sealed class MailTexts(Texts texts, bool html, ScriptObject model)
{
    public const string Function = "text";

    /// <summary>As in <c>{{ counted "confirmation.days" valid_days }}</c>: the plural form that goes with the number.</summary>
    public const string Counted = "counted";

    /// <summary>The language of the texts, for <c>lang</c> and <c>dir</c>: English in a mail whose own language has no texts.</summary>
    public const string Language = "words_language", Direction = "words_direction";

    private const string LinkStyle = "color:#8b1a1a";
    private const string Recipient = "recipient.";

    public static void GiveTo(ScriptObject model, Texts texts, bool html)
    {
        (model[Language], model[Direction]) = (texts.Language, texts.Direction);
        model.Import(Function, new Func<string, object>(new MailTexts(texts, html, model).Write));
        model.Import(Counted, new Func<string, int, string>((key, count) => texts.Count(key, count)));
    }

    private object Write(string key)
    {
        var holes = (Texts.HolesOf(key) ?? throw new ArgumentException($"expected the key of a text, got '{key}'"))
            .Select(hole => (hole, Value(hole))).ToArray();
        return html ? texts.Html(key, LinkStyle, holes) : texts[key, holes];
    }

    private object? Value(string hole)
    {
        if (hole.StartsWith(Recipient, StringComparison.Ordinal))
        {
            var key = hole[Recipient.Length..];
            return new Markup(Placeholders.Write(new Placeholder(key, key == Placeholders.Name ? texts["mail.reader"] : null)));
        }
        return model[hole] is ScriptArray names ? texts.List(names.Select(name => name?.ToString() ?? "")) : model[hole];
    }
}
