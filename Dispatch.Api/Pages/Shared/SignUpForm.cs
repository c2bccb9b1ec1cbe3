using Dispatch.Api.Subscribers;
using Dispatch.Worker.Newsletters;

namespace Dispatch.Api.Pages.Shared;

/// <summary>The sign-up form: empty, or returned with what was typed and what is wrong with it, as text keys.</summary>
public sealed record SignUpForm(IReadOnlyList<Newsletter> Newsletters, SubscribeRequest Typed, IReadOnlyDictionary<string, string[]> Faults)
{
    /// <summary>A field that people do not see: whoever fills it in is a robot.</summary>
    public const string Trap = "website";

    /// <summary>The field that says when the form was shown.</summary>
    public const string Stamp = "shown";

    private static readonly string[] Fields = ["email", "name", "newsletters", "language"];
    private static readonly Dictionary<string, string[]> None = [];

    /// <summary>For one newsletter, or for several to choose from.</summary>
    public static SignUpForm Empty(params IReadOnlyList<Newsletter> newsletters) => new(newsletters, new SubscribeRequest(null), None);

    /// <summary>Whether it is in a frame on somebody else's page.</summary>
    public bool Framed { get; init; }

    /// <summary>
    /// The stamp it was first shown with; null: it is being shown for the first time. Whoever corrects a fault has already typed the rest.
    /// </summary>
    public string? Shown { get; init; }

    /// <summary>The form again, with one more fault.</summary>
    public SignUpForm With(string field, string fault) =>
        this with { Faults = new Dictionary<string, string[]>(Faults) { [field] = [fault] } };

    /// <summary>Several newsletters were offered, and none was ticked.</summary>
    public bool IsWithoutChoice => Newsletters.Count > 1 && Typed.Newsletters is not { Count: > 0 };

    public string? FaultOf(string field) => Faults.TryGetValue(field, out var faults) ? faults[0] : null;

    public bool Chosen(Newsletter newsletter) => Typed.Newsletters?.Contains(newsletter.Slug) ?? false;

    /// <summary>The field that gets the focus when the form comes back.</summary>
    public string? FirstFault => Fields.FirstOrDefault(Faults.ContainsKey);
}
