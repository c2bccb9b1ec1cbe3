using System.Text.RegularExpressions;

namespace Dispatch.Worker.Providers;

/// <summary>A known mail provider and what it asks of senders. Limits apply to each worker separately.</summary>
/// <param name="Name">The name, in lower case.</param>
public sealed record MailProvider(string Name)
{
    /// <summary>
    /// What tables call all domains without a known provider. They are not listed by name: a small domain could give away who reads.
    /// </summary>
    public const string Other = "other";

    /// <summary>The maximum number of messages under way at once; 1 or more. Null for the usual limit.</summary>
    public int? Connections { get; init; }

    /// <summary>The maximum number of messages per second. Null for the usual limit.</summary>
    public double? MessagesPerSecond { get; init; }

    /// <summary>The replies after which nothing is sent to the provider for a while. The first match counts.</summary>
    public IReadOnlyList<ReplyPause> Pauses { get; init; } = [];

    /// <summary>
    /// The number of refusals in a row, all because of us and with one text, after which an issue pauses. Null for the usual number.
    /// </summary>
    public int? InARow { get; init; }

    /// <summary>
    /// The share of messages refused because of us at which an issue pauses; above 0, up to 1. Null for the usual share.
    /// </summary>
    public double? Share { get; init; }

    /// <summary>
    /// Tells whether a reply asks for a pause. Null if no reply can. Kept, because every message needs the delegate.
    /// </summary>
    public Func<string, bool>? AsksForPause => Pauses.Count == 0 ? null : asks ??= reply => PauseAfter(reply) is not null;

    private Func<string, bool>? asks;

    /// <summary>Returns how long the provider gets nothing after a reply, or null if the reply asks for no pause.</summary>
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
/// <param name="Pattern">Matches the replies that ask for it.</param>
public sealed record ReplyPause(TimeSpan For, Regex Pattern);
