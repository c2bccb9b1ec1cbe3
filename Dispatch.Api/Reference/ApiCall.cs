using Microsoft.OpenApi;

namespace Dispatch.Api.Reference;

/// <summary>A call of the HTTP API, as shown in the reference.</summary>
public sealed record ApiCall
{
    public required string Method { get; init; }
    public required string Path { get; init; }
    public required string Tag { get; init; }
    public string Summary { get; init; } = "";
    public string Description { get; init; } = "";
    public bool NeedsToken { get; init; }
    public IReadOnlyList<ApiField> Parameters { get; init; } = [];

    /// <summary>The fields of the body. Empty if there is no body.</summary>
    public IReadOnlyList<ApiField> Body { get; init; } = [];
    public IReadOnlyList<(string Status, string Meaning, string Shape)> Answers { get; init; } = [];

    /// <summary>The anchor for links to the call.</summary>
    public string Anchor => $"{Method}-{Path}".ToLowerInvariant(
        ).Replace('/', '-').Replace("{", "", StringComparison.Ordinal).Replace("}", "", StringComparison.Ordinal).Trim('-');

    public static IEnumerable<ApiCall> AllOf(OpenApiDocument document) =>
        from path in document.Paths
        from operation in path.Value.Operations ?? []
        select Of(path.Key, operation.Key.Method, operation.Value);

    private static ApiCall Of(string path, string method, OpenApiOperation operation) => new()
    {
        Method = method,
        Path = path,
        Tag = operation.Tags?.FirstOrDefault()?.Name ?? "Other",
        Summary = operation.Summary ?? "",
        Description = operation.Description ?? "",
        NeedsToken = operation.Security?.Count > 0,
        Parameters = [.. (operation.Parameters ?? []).Select(parameter =>
            new ApiField(parameter.Name ?? "", TypeOf(parameter.Schema), parameter.Required,
                $"{parameter.In?.ToString().ToLowerInvariant()}. {parameter.Description}".Trim()))],
        Body = BodyOf(operation.RequestBody),
        Answers = [.. (operation.Responses ?? []).OrderBy(answer => answer.Key, StringComparer.Ordinal)
            .Select(answer => (answer.Key, answer.Value.Description ?? "", ShapeOf(answer.Value)))],
    };

    private static List<ApiField> BodyOf(IOpenApiRequestBody? body)
    {
        var schema = body?.Content?.Values.FirstOrDefault()?.Schema;
        if (schema?.Type is not null && schema.Type.Value.HasFlag(JsonSchemaType.Array))
            schema = schema.Items;
        return [.. (schema?.Properties ?? new Dictionary<string, IOpenApiSchema>())
            .Select(field => new ApiField(field.Key, TypeOf(field.Value), schema!.Required?.Contains(field.Key) is true,
                field.Value.Description ?? ""))];
    }

    private static string ShapeOf(IOpenApiResponse answer) =>
        string.Join(", ", (answer.Content ?? new Dictionary<string, OpenApiMediaType>())
            .Select(content => $"{content.Key} {TypeOf(content.Value.Schema)}".Trim()));

    // A named schema is shown by its name, an array by its item type. A field whose types include null may be omitted.
    private static string TypeOf(IOpenApiSchema? schema) => schema switch
    {
        null => "",
        OpenApiSchemaReference { Reference.Id: { } name } => name,
        { Type: { } type } when type.HasFlag(JsonSchemaType.Array) => $"{TypeOf(schema.Items)}[]",
        { Enum.Count: > 0 } => string.Join(" / ", schema.Enum.Select(value => value?.ToString())),
        { Type: { } type } => string.Join(" or ", Enum.GetValues<JsonSchemaType>()
            .Where(one => one is not JsonSchemaType.Null && type.HasFlag(one)).Select(one => one.ToString().ToLowerInvariant())),
        { OneOf.Count: > 0 } => string.Join(" or ", schema.OneOf.Select(TypeOf).Where(one => one.Length > 0)),
        _ => "",
    };
}

/// <summary>A parameter, or a field of a body.</summary>
public sealed record ApiField(string Name, string Type, bool Required, string Meaning);
