using Dispatch.Templates.Languages;
using Scriban.Syntax;

namespace Dispatch.Templates;

/// <summary>
/// Checks a compiled template before it runs, so a fault in a rare branch is found at startup and not when an issue goes out.
/// </summary>
/// <remarks>
/// A reader's value may appear only as <c>{{ recipient.x }}</c> or <c>{{ recipient.x | or "…" }}</c>, because the message is rendered once
/// for all readers. <c>capture</c> is refused, because it would encode twice. A global name must be in the model, a function, or assigned
/// in the template. Every text that the template requests must exist, and the model must have the values that the text needs.
/// </remarks>
internal sealed class TemplateCheck(string template, IEnumerable<string>? variables)
{
    private const string Recipient = "recipient";

    private readonly HashSet<string>? known = variables is null ? null : [.. variables, .. MailContext.FunctionNames,
        .. TemplateModel.ColorNames, Recipient, MailTexts.Function, MailTexts.Counted, MailTexts.Label, MailTexts.Labeled,
        MailTexts.Language, MailTexts.Direction, MailTexts.Space, "for", "tablerow", "empty", "blank"];

    public void Check(ScriptNode page)
    {
        CollectAssigned(page);
        Walk(page);
    }

    private void CollectAssigned(ScriptNode node)
    {
        var assigned = node switch
        {
            ScriptAssignExpression { Target: ScriptVariableGlobal target } => target.Name,
            ScriptForStatement { Variable: ScriptVariableGlobal item } => item.Name,
            ScriptFunction { NameOrDoToken: ScriptVariableGlobal function } => function.Name,
            _ => null,
        };
        if (assigned == Recipient)
            throw Fault(node, "'recipient' cannot be assigned");
        if (assigned is not null)
            known?.Add(assigned);
        foreach (var child in ChildrenOf(node))
            CollectAssigned(child);
    }

    private void Walk(ScriptNode node)
    {
        if (node is ScriptCaptureStatement)
            throw Fault(node, "'capture' cannot be used: what it holds would be encoded twice");
        if (node is ScriptMemberExpression { Target: ScriptVariableGlobal { Name: Recipient } } value)
        {
            CheckHole(value);
            return;
        }
        if (node is ScriptVariableGlobal { Name: Recipient })
            throw Fault(node,
                $"expected one of the reader's values ({string.Join(", ", Placeholders.Keys.Select(key => "recipient." + key))}), got "
                    + "'recipient' alone");
        if (node is ScriptVariableGlobal global && known is not null && !IsMemberName(global) && !known.Contains(global.Name))
            throw Fault(node, $"unknown variable '{global.Name}'");
        if (node is ScriptFunctionCall
            {
                Target: ScriptVariableGlobal { Name: MailTexts.Function or MailTexts.Labeled },
                Arguments: [ScriptLiteral { Value: string key }, ..]
            })
            CheckText(node, key);
        foreach (var child in ChildrenOf(node))
            Walk(child);
    }

    private void CheckText(ScriptNode node, string key)
    {
        var holes = Texts.HolesOf(key) ?? throw Fault(node, $"there is no text '{key}'");
        var missing = holes.Where(hole => !hole.StartsWith($"{Recipient}.", StringComparison.Ordinal) && known?.Contains(hole) is false)
            .ToList();
        if (missing.Count > 0)
            throw Fault(node, $"the text '{key}' asks for {string.Join(", ", missing)}, which this mail does not have");
    }

    private void CheckHole(ScriptMemberExpression value)
    {
        if (!Placeholders.Keys.Contains(MemberOf(value)))
            throw Fault(value, $"unknown variable 'recipient.{MemberOf(value)}'; a reader has {string.Join(", ", Placeholders.Keys)}");
        var written = value.Parent is ScriptPipeCall
        {
            To: ScriptFunctionCall
            {
                Target: ScriptVariableGlobal { Name: "or" }, Arguments: [ScriptLiteral]
            }
        } pipe && ReferenceEquals(pipe.From, value)
            ? pipe.Parent
            : value.Parent;
        if (written is not ScriptExpressionStatement && !IsLabeled(value))
            throw Fault(value,
                $"a reader's value can only be written, as {{{{ recipient.{MemberOf(value)} }}}} or with | or \"…\" behind it: the mail "
                    + "is rendered once for everybody");
    }

    private static bool IsLabeled(ScriptMemberExpression value) =>
        (value.Parent as ScriptFunctionCall ?? value.Parent?.Parent) is ScriptFunctionCall
        {
            Target: ScriptVariableGlobal { Name: MailTexts.Labeled }
        };

    private static bool IsMemberName(ScriptVariableGlobal name) =>
        name.Parent is ScriptNamedArgument || (name.Parent is ScriptMemberExpression member && ReferenceEquals(member.Member, name));

    private static string MemberOf(ScriptMemberExpression value) => value.Member?.Name ?? "";

    private static IEnumerable<ScriptNode> ChildrenOf(ScriptNode node)
    {
        for (var i = 0; i < node.ChildrenCount; i++)
            if (node.GetChildren(i) is { } child)
                yield return child;
    }

    private TemplateException Fault(ScriptNode node, string fault) =>
        new(template, node.Span.Start.Line + 1, node.Span.Start.Column + 1, fault);
}
