namespace Dispatch.Templates;

/// <summary>
/// A template does not compile, or uses something that is not allowed. The message begins with the location of the fault.
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
