using Dispatch.Templates.Languages;
using Dispatch.Templates.Text;
using Scriban.Runtime;

namespace Dispatch.Templates;

/// <summary>
/// The function behind <c>{{ text "welcome.thanks" }}</c> in a template. It returns the text with that key in the message's language. A
/// placeholder such as <c>{newsletter_name}</c> or <c>{recipient.unsubscribe_url}</c> in the text is filled with the model's value of the
/// same name.
/// </summary>
internal sealed class MailTexts(Texts texts, bool html, string accent, ScriptObject model)
{
    public const string Function = "text";

    /// <summary>The function that selects a number's plural form, such as <c>{{ counted "confirmation.days" valid_days }}</c>.</summary>
    public const string Counted = "counted";

    /// <summary>The functions that write a label with its colon, alone or before the value of a text's key.</summary>
    public const string Label = "label", Labeled = "labeled";

    /// <summary>
    /// The names of the variables for <c>lang</c> and <c>dir</c>. Their values are those of English if the message's language has no texts.
    /// </summary>
    public const string Language = "words_language", Direction = "words_direction";

    /// <summary>The name of the variable for what stands between two sentences.</summary>
    public const string Space = "words_space";

    private static readonly string[] Titles = ["newsletter_name", "newsletter_names", "subscribed_to"];

    private const string Recipient = "recipient.";

    public static void GiveTo(ScriptObject model, Texts texts, bool html, string accent)
    {
        (model[Language], model[Direction]) = (texts.Language, texts.Direction);
        model[Space] = texts.Space;
        model.Import(Function, new Func<string, object>(new MailTexts(texts, html, accent, model).Write));
        model.Import(Label, new Func<string, string>(texts.Label));
        model.Import(Labeled, new Func<string, object?, object>(new MailTexts(texts, html, accent, model).WriteLabeled));
        model.Import(Counted, new Func<string, int, string>((key, count) => texts.Count(key, count)));
    }

    private object Write(string key)
    {
        var holes = (Texts.HolesOf(key) ?? throw new ArgumentException($"expected the key of a text, got '{key}'"))
            .Select(hole => (hole, Value(hole))).ToArray();
        return html ? texts.Html(key, $"color:{accent}", holes) : texts[key, holes];
    }

    // Only the text templates have labels: in HTML, a link has words.
    private Markup WriteLabeled(string key, object? value) => new(texts.Labeled(
        Write(key) as string ?? throw new ArgumentException("a label can only be written in a text template"),
        value is Placeholder reader ? Placeholders.Write(reader) : value?.ToString() ?? ""));

    private object? Value(string hole)
    {
        if (hole.StartsWith(Recipient, StringComparison.Ordinal))
        {
            var key = hole[Recipient.Length..];
            return new Markup(Placeholders.Write(new Placeholder(key, key == Placeholders.Name ? texts["mail.reader"] : null)));
        }
        IEnumerable<object?>? names = model[hole] is ScriptArray several ? several : Titles.Contains(hole) ? [model[hole]] : null;
        return names is null ? model[hole] : texts.Titles(names.Select(name => name?.ToString() ?? ""));
    }
}
