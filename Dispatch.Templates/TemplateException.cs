namespace Dispatch.Templates;

/// <summary>A template that does not compile, or asks for something it cannot have, and where.</summary>
public sealed class TemplateException(string template, int line, int column, string fault, Exception? inner = null)
    : Exception($"{template}, line {line}, column {column}: {fault}", inner)
{
    public string Template { get; } = template;
    public int Line { get; } = line;
    public int Column { get; } = column;

    /// <summary>What is wrong, without the location.</summary>
    public string Fault { get; } = fault;
}
