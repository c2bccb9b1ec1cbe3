namespace Dispatch.Api.Pages.Desk;

/// <summary>
/// One field of a desk form: its label, what stands in it, and how it is asked for. Its fault comes from the model state.
/// </summary>
public sealed record Field(string Name, string Label, string? Value)
{
    public string Type { get; init; } = "text";
    public string? Hint { get; init; }
    public string? Autocomplete { get; init; }
    public bool Required { get; init; }
    public int? MaxLength { get; init; }
    public int? MinLength { get; init; }

    public string? Placeholder { get; init; }

    /// <summary>The id of a datalist with values to choose from.</summary>
    public string? List { get; init; }

    /// <summary>More than 1: a box of so many lines.</summary>
    public int Lines { get; init; } = 1;
}
