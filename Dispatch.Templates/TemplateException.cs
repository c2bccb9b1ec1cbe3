namespace Dispatch.Templates;

/// <summary>Reports the location of a fault in a template that does not compile or uses something that it may not use.</summary>
public sealed class TemplateException(string template, int line, int column, string fault, Exception? inner = null)
    : Exception($"{template}, line {line}, column {column}: {fault}", inner)
{
    public string Template { get; } = template;
    public int Line { get; } = line;
    public int Column { get; } = column;

    /// <summary>The fault itself, without the location.</summary>
    public string Fault { get; } = fault;
}
