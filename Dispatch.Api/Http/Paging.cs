using System.ComponentModel;
using System.Globalization;
using System.Text.RegularExpressions;
using FluentValidation;

namespace Dispatch.Api.Http;

/// <summary>The requested part of a list: <c>?after=&amp;limit=</c>.</summary>
internal sealed record Paging
{
    public const int Most = 200;

    [Description("Where to continue: the previous page's next.")]
    public string? After { get; init; }

    [Description("The maximum number of entries: 1 to 200, by default 50.")]
    public int? Limit { get; init; }

    public int Take => Limit ?? 50;

    /// <summary>For lists ordered by id: the id after which to continue, or null for the first page.</summary>
    public long? AfterId => After is { Length: > 0 } ? long.Parse(After.Split('.')[0], CultureInfo.InvariantCulture) : null;

    /// <summary>
    /// For lists ordered by time: the instant at which to continue, and how many entries with this instant were on earlier pages.
    /// </summary>
    public (DateTimeOffset At, int Skip)? AfterInstant => AfterId is >= 0 and var ticks
        ? (new DateTimeOffset(ticks, TimeSpan.Zero), After!.Split('.') is [_, var skip] ? int.Parse(skip, CultureInfo.InvariantCulture) : 0)
        : null;
}

internal sealed partial class PagingValidator : AbstractValidator<Paging>
{
    public PagingValidator()
    {
        RuleFor(paging => paging.Limit).InclusiveBetween(1, Paging.Most).WithMessage($"Ask for 1 to {Paging.Most}.");
        RuleFor(paging => paging.After).Must(after => after is null or "" || Cursor().IsMatch(after))
            .WithMessage("Send what the previous page gave as next.");
    }

    [GeneratedRegex(@"\A-?[0-9]{1,18}(?:\.[0-9]{1,9})?\z")]
    private static partial Regex Cursor();
}

/// <summary>A part of a list.</summary>
/// <param name="Items">The entries, in the list's order.</param>
/// <param name="Next">The value of <c>after</c> for the next part, or null if there is none.</param>
internal sealed record Page<T>(IReadOnlyList<T> Items, string? Next);

internal static class Page
{
    /// <summary>Returns a short list as a single page.</summary>
    public static Page<T> Whole<T>(IReadOnlyList<T> items) => new(items, null);

    /// <summary>
    /// Makes a page of rows. The caller has fetched one row more than requested, to find out whether another page follows.
    /// </summary>
    public static Page<T> Of<TRow, T>(IReadOnlyList<TRow> rows, int take, Func<TRow, T> item, Func<TRow, long> id) => new(
        [.. rows.Take(take).Select(item)],
        rows.Count > take ? id(rows[take - 1]).ToString(CultureInfo.InvariantCulture) : null);
}
