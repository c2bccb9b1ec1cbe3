namespace Dispatch.Templates.Text;

/// <summary>Text that is HTML already and is written as it stands; only the host's code makes one, never a template.</summary>
public sealed record Markup(string Value)
{
    public override string ToString() => Value;
}
