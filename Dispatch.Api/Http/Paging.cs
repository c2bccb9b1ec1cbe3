using System.ComponentModel;
using System.Globalization;
using System.Text.RegularExpressions;
using FluentValidation;

namespace Dispatch.Api.Http;

/// <summary>Which part of a list is asked for: <c>?after=&amp;limit=</c>.</summary>
internal sealed record Paging(
    [property: Description("Where to go on: the last page's next.")] string? After = null,
    [property: Description("How many at most: 1 to 200, 50 without.")] int? Limit = null)
{
    public const int Most = 200;

    public int Take => Limit ?? 50;

    /// <summary>The id to continue after, for lists ordered by id; null at the start.</summary>
    public long? AfterId => After is { Length: > 0 } ? long.Parse(After.Split('.')[0], CultureInfo.InvariantCulture) : null;

    /// <summary>The instant to continue at, and how many entries with this instant were already given, for lists ordered by time.</summary>
    public (DateTimeOffset At, int Skip)? AfterInstant => AfterId is >= 0 and var ticks
        ? (new DateTimeOffset(ticks, TimeSpan.Zero), After!.Split('.') is [_, var skip] ? int.Parse(skip, CultureInfo.InvariantCulture) : 0)
        : null;
}

internal sealed partial class PagingValidator : AbstractValidator<Paging>
{
    public PagingValidator()
    {
        RuleFor(paging => paging.Limit).InclusiveBetween(1, Paging.Most).WithMessage($"Expected 1 to {Paging.Most}.");
        RuleFor(paging => paging.After).Must(after => after is null or "" || Cursor().IsMatch(after))
            .WithMessage("Expected what the page before gave as next.");
    }

    [GeneratedRegex(@"\A-?[0-9]{1,18}(?:\.[0-9]{1,9})?\z")]
    private static partial Regex Cursor();
}

/// <summary>A part of a list.</summary>
/// <param name="Items">In the list's order.</param>
/// <param name="Next">The value of <c>after</c> that fetches the next part; null at the end.</param>
internal sealed record Page<T>(IReadOnlyList<T> Items, string? Next);

internal static class Page
{
    /// <summary>A list short enough to be given whole.</summary>
    public static Page<T> Whole<T>(IReadOnlyList<T> items) => new(items, null);

    /// <summary>From rows fetched with one more than requested, which tells whether there are more.</summary>
    public static Page<T> Of<TRow, T>(IReadOnlyList<TRow> rows, int take, Func<TRow, T> item, Func<TRow, long> id) => new(
        [.. rows.Take(take).Select(item)],
        rows.Count > take ? id(rows[take - 1]).ToString(CultureInfo.InvariantCulture) : null);
}
