using Dispatch.Api.Subscriptions;
using Dispatch.Worker.Newsletters;

namespace Dispatch.Api.Pages.Shared;

/// <summary>The sign-up form: empty, or given back with what was typed and what is wrong with it, by keys of texts.</summary>
public sealed record SignUpForm(IReadOnlyList<Newsletter> Newsletters, SubscribeRequest Typed, IReadOnlyDictionary<string, string[]> Faults)
{
    private static readonly string[] Fields = ["email", "name", "newsletters", "language"];
    private static readonly Dictionary<string, string[]> None = [];

    /// <summary>For one newsletter, or for several to choose from.</summary>
    public static SignUpForm Empty(params IReadOnlyList<Newsletter> newsletters) => new(newsletters, new SubscribeRequest(null), None);

    /// <summary>Whether it stands in a frame on somebody else's page.</summary>
    public bool Framed { get; init; }

    public string? FaultOf(string field) => Faults.TryGetValue(field, out var faults) ? faults[0] : null;

    public bool Chosen(Newsletter newsletter) => Typed.Newsletters?.Contains(newsletter.Slug) ?? false;

    /// <summary>Where the reader's cursor goes when the form comes back.</summary>
    public string? FirstFault => Fields.FirstOrDefault(Faults.ContainsKey);
}
