using System.Text.Json;
using Dispatch.Worker.Transfer.Reading;
using Dispatch.Worker.Transfer.Systems;

namespace Dispatch.Worker.Transfer.Import;

/// <summary>What the person who imports a file says about it.</summary>
public sealed record ImportChoices
{
    /// <summary>The slug of the newsletter for rows that name none, or null for the first newsletter.</summary>
    public string? Newsletter { get; init; }

    /// <summary>The name of the system, or null to recognize the file.</summary>
    public string? From { get; init; }

    /// <summary>What the readers are, if the file doesn't say. If the file says something more careful, the file wins.</summary>
    public ReaderStatus? Status { get; init; }

    /// <summary>The day by which all confirmed readers had consented, used for rows without a date.</summary>
    public DateTimeOffset? ConsentDate { get; init; }

    /// <summary>The encoding of a file that isn't Unicode, such as <c>windows-1251</c>.</summary>
    public string? Encoding { get; init; }

    /// <summary>The field for each mapped column. A hyphen drops the column.</summary>
    public IReadOnlyDictionary<string, string> Map { get; init; } = new Dictionary<string, string>();

    /// <summary>Whether to ask pending readers to confirm. If not, the import mails nobody.</summary>
    public bool SendConfirmations { get; init; }

    /// <summary>Parses choices as typed. A fault names its option.</summary>
    public static bool TryRead(TypedChoices typed, DateTimeOffset now, out ImportChoices choices, out (string Option, string Why)? fault)
    {
        choices = new();
        fault = null;
        var status = StatusWords.Read(typed.Status);
        if (typed.Status is { Length: > 0 } && status is null)
            fault = ("status", $"is none of {StatusWords.All}.");
        else if (typed.From is { Length: > 0 } && !SourceSystems.Names.Contains(typed.From))
            fault = ("from", $"is none of {string.Join(", ", SourceSystems.Names)}.");
        else if (!Moments.TryRead(typed.ConsentDate, out var consented, out _)
            || (typed.ConsentDate is { Length: > 0 } && consented is null))
            fault = ("consent-date", $"is not a date: use one such as {Moments.Example}.");
        else if (consented > now)
            fault = ("consent-date", "is in the future: use the day by which all of these readers had agreed.");
        else if (TryMap(typed.Map, out var map) is { } wrong)
            fault = ("map", wrong);
        else
            choices = new()
            {
                Newsletter = Given(typed.Newsletter),
                From = Given(typed.From),
                Status = status,
                ConsentDate = consented,
                Encoding = Given(typed.Encoding),
                Map = map,
                SendConfirmations = typed.SendConfirmations,
            };
        return fault is null;
    }

    internal string ToJson() => JsonSerializer.Serialize(this);

    internal static ImportChoices FromJson(string json) => JsonSerializer.Deserialize<ImportChoices>(json)!;

    private static string? Given(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();

    private static string? TryMap(IEnumerable<string> pairs, out Dictionary<string, string> map)
    {
        map = new(StringComparer.OrdinalIgnoreCase);
        foreach (var pair in pairs)
        {
            var at = pair.LastIndexOf('=');
            if (at <= 0 || at == pair.Length - 1)
                return "expects COLUMN=FIELD, such as \"E-Mail=email\"; the field \"-\" drops the column.";
            if (!map.TryAdd(pair[..at].Trim(), pair[(at + 1)..].Trim()))
                return "names a column twice.";
        }
        return null;
    }
}

/// <summary>Choices as typed on the command line or into a form.</summary>
public sealed record TypedChoices(
    string? Newsletter, string? From, string? Status, string? ConsentDate, string? Encoding, IReadOnlyList<string> Map,
    bool SendConfirmations);
