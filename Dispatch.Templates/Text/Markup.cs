namespace Dispatch.Templates.Text;

/// <summary>Text that is already HTML and is written unchanged. Only our code creates it, never a template.</summary>
public sealed record Markup(string Value)
{
    public override string ToString() => Value;
}
