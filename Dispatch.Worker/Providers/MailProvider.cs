using System.Text.RegularExpressions;

namespace Dispatch.Worker.Providers;

/// <summary>A mail provider that is known by name, and what it asks of senders. Limits are for each worker.</summary>
/// <param name="Name">The name, in lower case.</param>
public sealed record MailProvider(string Name)
{
    /// <summary>How providers that nobody has named are called together in tables: the name of a small one could tell who reads.</summary>
    public const string Other = "other";

    /// <summary>The maximum number of messages under way at once; 1 or more. Null for the usual limit.</summary>
    public int? Connections { get; init; }

    /// <summary>The maximum number of messages per second. Null for the usual limit.</summary>
    public double? MessagesPerSecond { get; init; }

    /// <summary>The replies after which nothing is sent to the provider for a while, the first that fits counts.</summary>
    public IReadOnlyList<ReplyPause> Pauses { get; init; } = [];

    /// <summary>After how many refusals because of us in a row, with one text, an issue pauses. Null for the usual number.</summary>
    public int? InARow { get; init; }

    /// <summary>From which share of refusals because of us on an issue pauses; above 0, up to 1. Null for the usual share.</summary>
    public double? Share { get; init; }

    /// <summary>
    /// Whether a reply asks for a pause; null if no reply does. The same delegate each time, since every message needs it.
    /// </summary>
    public Func<string, bool>? AsksForPause => Pauses.Count == 0 ? null : asks ??= reply => PauseAfter(reply) is not null;

    private Func<string, bool>? asks;

    /// <summary>Returns how long nothing goes to the provider after a reply, or null if the reply asks for no pause.</summary>
    /// <param name="reply">The reply, with its codes.</param>
    public TimeSpan? PauseAfter(string reply)
    {
        foreach (var pause in Pauses)
            if (pause.Pattern.IsMatch(reply))
                return pause.For;
        return null;
    }
}

/// <summary>A pause that a provider asks for.</summary>
/// <param name="For">How long nothing is sent; one second to a day.</param>
/// <param name="Pattern">What the reply says.</param>
public sealed record ReplyPause(TimeSpan For, Regex Pattern);
