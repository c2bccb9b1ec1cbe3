namespace Dispatch.Templates;

/// <summary>
/// The exception for a template that does not compile or uses something that is not allowed. It gives the location of the fault.
/// </summary>
public sealed class TemplateException(string template, int line, int column, string fault, Exception? inner = null)
    : Exception($"{template}, line {line}, column {column}: {fault}", inner)
{
    public string Template { get; } = template;
    public int Line { get; } = line;
    public int Column { get; } = column;

    /// <summary>The fault itself, without the location.</summary>
    public string Fault { get; } = fault;
}
