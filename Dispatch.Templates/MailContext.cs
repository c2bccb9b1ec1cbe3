using Dispatch.Templates.Text;
using Scriban;
using Scriban.Parsing;
using Scriban.Runtime;
using Scriban.Syntax;

namespace Dispatch.Templates;

/// <summary>
/// The context in which a template runs. Scriban escapes nothing by itself, so <see cref="Write(SourceSpan, object)"/> encodes every value
/// in an HTML template unless it is <see cref="Markup"/>. Unknown names are errors, and a runaway template is stopped.
/// </summary>
internal sealed class MailContext : TemplateContext
{
    private static readonly ScriptObject Functions = MakeFunctions();

    private readonly bool html;

    public MailContext(bool html, ScriptObject model) : base(Functions, StringComparer.Ordinal)
    {
        this.html = html;
        StrictVariables = true;
        EnableRelaxedMemberAccess = EnableRelaxedIndexerAccess = EnableRelaxedTargetAccess = EnableRelaxedFunctionAccess = false;
        (LoopLimit, RecursiveLimit, ObjectRecursionLimit) = (2_000, 20, 5);
        (LimitToString, OutputLimit) = (4_000_000, 4_000_000);
        OnStringLimit = OnOutputLimit = ScriptLimitBehavior.Throw; // by default Scriban silently truncates the output
        RegexTimeOut = TimeSpan.FromMilliseconds(50);
        NewLine = "\n";
        MemberFilter = static _ => false;
        PushGlobal(model);
    }

    /// <summary>The names of the functions that every template can call.</summary>
    public static IEnumerable<string> FunctionNames => Functions.Keys;

    public override TemplateContext Write(SourceSpan span, object? value) => value switch
    {
        null => this,
        Markup markup => Write(markup.Value),
        Placeholder hole => Write(Placeholders.Write(hole)),
        _ => Write(html ? HtmlText.Encode(ObjectToString(value) ?? "") : ObjectToString(value) ?? ""),
    };

    // RenderAsync does not call Write. Without this override, no value would be escaped.
    public override ValueTask<TemplateContext> WriteAsync(SourceSpan span, object? value) => new(Write(span, value));

    public override string? ObjectToString(object? value, bool nested = false) => value is Placeholder
        ? throw new ScriptRuntimeException(CurrentSpan, "a reader's value can only be written as it is")
        : base.ObjectToString(value, nested);

    public override bool ToBool(SourceSpan span, object? value) => value is Placeholder
        ? throw new ScriptRuntimeException(span, "a reader's value cannot be tested: the mail is rendered once for everybody")
        : base.ToBool(span, value);

    // Deliberately absent: include (layouts are composed in C#), regex, eval, html.escape (it would encode a value twice), date and
    // timespan (dates are already text).
    private static ScriptObject MakeFunctions()
    {
        var standard = GetDefaultBuiltinObject();
        var functions = new ScriptObject(StringComparer.Ordinal);
        foreach (var name in new[] { "array", "html", "math", "object", "string" })
            functions[name] = Without((ScriptObject)standard[name]!, "escape", "eval", "eval_template");
        functions.Import("or", new Func<object?, string, object?>(Or));
        return functions;
    }

    private static IScriptObject Without(ScriptObject functions, params string[] names)
    {
        var some = functions.Clone(deep: true);
        foreach (var name in names)
            some.Remove(name);
        return some;
    }

    private static object? Or(object? value, string fallback) => value switch
    {
        Placeholder hole => hole with { Fallback = fallback },
        null or "" => fallback,
        _ => value,
    };
}
