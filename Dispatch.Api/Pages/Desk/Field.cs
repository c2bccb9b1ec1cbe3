namespace Dispatch.Api.Pages.Desk;

/// <summary>A field of a desk form, with its label, value and kind of input. Its fault comes from the model state.</summary>
public sealed record Field(string Name, string Label, string? Value)
{
    public string Type { get; init; } = "text";
    public string? Hint { get; init; }
    public string? Autocomplete { get; init; }
    public bool Required { get; init; }
    public int? MaxLength { get; init; }
    public int? MinLength { get; init; }

    public string? Placeholder { get; init; }

    /// <summary>The id of a datalist with suggested values.</summary>
    public string? List { get; init; }

    /// <summary>The number of lines. A field with more than one is a text area.</summary>
    public int Lines { get; init; } = 1;
}
