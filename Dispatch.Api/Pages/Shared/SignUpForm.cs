using Dispatch.Api.Subscribers;
using Dispatch.Worker.Newsletters;

namespace Dispatch.Api.Pages.Shared;

/// <summary>The sign-up form, with what the reader has entered so far.</summary>
/// <param name="Newsletters">The newsletters to choose from.</param>
/// <param name="Typed">What the reader entered.</param>
/// <param name="Faults">The keys of the error messages, by field name.</param>
public sealed record SignUpForm(IReadOnlyList<Newsletter> Newsletters, SubscribeRequest Typed, IReadOnlyDictionary<string, string[]> Faults)
{
    /// <summary>The name of a field that people don't see. Only robots fill it in.</summary>
    public const string Trap = "website";

    /// <summary>The name of the field with the time at which the form was shown.</summary>
    public const string Stamp = "shown";

    private static readonly string[] Fields = ["email", "name", "newsletters", "language"];
    private static readonly Dictionary<string, string[]> None = [];

    /// <summary>Returns an empty form for one newsletter, or for several to choose from.</summary>
    public static SignUpForm Empty(params IReadOnlyList<Newsletter> newsletters) => new(newsletters, new SubscribeRequest(null), None);

    /// <summary>Whether the form is in a frame on another site.</summary>
    public bool Framed { get; init; }

    /// <summary>
    /// The time stamp from the form's first display, or null at the first display. A new time stamp would make a quick correction look like
    /// a robot's.
    /// </summary>
    public string? Shown { get; init; }

    /// <summary>Returns the form with an additional fault.</summary>
    public SignUpForm With(string field, string fault) =>
        this with { Faults = new Dictionary<string, string[]>(Faults) { [field] = [fault] } };

    /// <summary>Whether several newsletters were offered and none was ticked.</summary>
    public bool IsWithoutChoice => Newsletters.Count > 1 && Typed.Newsletters is not { Count: > 0 };

    public string? FaultOf(string field) => Faults.TryGetValue(field, out var faults) ? faults[0] : null;

    public bool Chosen(Newsletter newsletter) => Typed.Newsletters?.Contains(newsletter.Slug) ?? false;

    /// <summary>The first field with a fault, which gets the focus.</summary>
    public string? FirstFault => Fields.FirstOrDefault(Faults.ContainsKey);
}
