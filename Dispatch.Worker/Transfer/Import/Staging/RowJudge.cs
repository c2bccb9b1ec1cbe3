using Dispatch.Templates.Languages;
using Dispatch.Worker.Newsletters;
using Dispatch.Worker.Privacy;
using Dispatch.Worker.Subscribers;
using Dispatch.Worker.Transfer.Reading;
using Dispatch.Worker.Transfer.Systems;

namespace Dispatch.Worker.Transfer.Import.Staging;

/// <summary>
/// Decides what a row means for a reader here. Nobody becomes confirmed without a statement that says so and a date, either in the file or
/// by the person who imports it.
/// </summary>
internal sealed class RowJudge(
    ImportChoices choices, IReadOnlyList<Newsletter> newsletters, Newsletter usual, KeyRing ring, DateTimeOffset now, ImportFindings found)
{
    private const int LongestFieldName = 100;
    private const int LongestSource = 32;
    private const int MostColumnsKept = 10_000; // a JSON file may name different ones in each entry

    // A date without an offset may be ahead of UTC by most of a day.
    private static readonly TimeSpan AheadAtMost = TimeSpan.FromDays(1);

    private readonly DateTimeOffset latest = now + AheadAtMost;
    private readonly Dictionary<string, Newsletter> known = Known(newsletters);
    private readonly UnreadGoodbyes goodbyes = new();

    // The field that each column becomes, or why the column is dropped. Every row has the same columns.
    private readonly Dictionary<(SourceSystem, string), (string? Name, string? Dropped)> columns = [];

    /// <summary>Judges a row.</summary>
    /// <returns>The reader. Null if the row is refused or skipped; the draft says which.</returns>
    public StagedReader? Judge(ReaderDraft draft, SourceRow row, SourceSystem system, int order)
    {
        if (draft.Refused is not null)
            return null;
        if (!CellText.TryAddress(draft.Email, out var address, out var nameBefore, out var fault))
            draft.Refuse("email", draft.Email.Trim().Length == 0 ? "There is no address in this line"
                : Texts.ForStaff[fault ?? "fault.address.unreadable"].TrimEnd('.'), "one address such as name@example.com");
        if (row.Contradicted is { } twice)
            draft.Refuse(twice, "is there twice, and the two cells differ", "one column of this name");
        // A day of leaving is more careful than the word beside it, or than somebody's word for the whole file.
        if (draft is { UnsubscribedAt: not null, Status: null or < ReaderStatus.Unsubscribed })
            draft.Status = ReaderStatus.Unsubscribed;
        if (!Leaves(draft))
            RefuseDates(draft);
        if (draft.Skipped is not null || draft.Refused is not null || Statements(draft, row, system) is not { } statements)
            return null;
        found.AssumedUtc += draft.AssumedUtc ? 1 : 0;
        return new()
        {
            Hash = ring.HashOf(address!),
            Order = order,
            Address = address!.Normalized,
            Name = ReaderName.Of(draft.Name) ?? nameBefore,
            Language = Language(draft),
            Fields = Fields(draft, row, system),
            Statements = statements,
        };
    }

    // Whether the row only says that the reader left, bounced or complained. That counts whatever its dates are.
    private bool Leaves(ReaderDraft draft) => draft.Newsletters is { } lists
        ? lists.Count > 0 && lists.TrueForAll(list => StatusOf(list.Status ?? draft.Status) >= ReaderStatus.Unsubscribed)
        : StatusOf(draft.Status) >= ReaderStatus.Unsubscribed;

    private void RefuseDates(ReaderDraft draft)
    {
        if (draft.UnreadableDate is { } date)
            draft.Refuse(date.Column, date.Why, date.Right);
        foreach (var (name, at) in (ReadOnlySpan<(string, DateTimeOffset?)>)
            [("confirmed", draft.ConfirmedAt), ("created", draft.CreatedAt), ("unsubscribed", draft.UnsubscribedAt)])
            if (at > latest)
                draft.Refuse($"date {name}", "is in the future", "a day that has come");
    }

    private List<StagedStatement>? Statements(ReaderDraft draft, SourceRow row, SourceSystem system)
    {
        List<(Newsletter Newsletter, ReaderStatus? Status)> wanted = [];
        if (draft.Newsletters is null)
            wanted.Add((usual, draft.Status));
        else if (draft.NewslettersAreElsewhere)
            AddElsewhere(draft.Newsletters, wanted);
        else
            foreach (var (name, status) in draft.Newsletters)
                if (known.TryGetValue(name, out var newsletter))
                    wanted.Add((newsletter, status ?? draft.Status));
                else
                    draft.Refuse("newsletters", "names a newsletter that doesn't exist here",
                        $"slugs separated by semicolons: {string.Join(", ", newsletters.Select(newsletter => newsletter.Slug))}");
        if (draft.Refused is not null)
            return null;
        if (wanted.Exists(one => StatusOf(one.Status) is ReaderStatus.Confirmed) && !OwnFile.IsExport(row.Columns)
            && goodbyes.In(row.Rest()) is { } column)
        {
            draft.Refuse(column, "seems to say that the reader left, and nothing else in the line does",
                "a status of unsubscribed, or the column dropped or mapped");
            return null;
        }
        var isOwn = system is OwnFile;
        var (withoutWord, withoutDate) = (false, false);
        var statements = new List<StagedStatement>(wanted.Count);
        foreach (var (newsletter, said) in wanted)
        {
            var date = draft.ConfirmedAt is { } at ? at < now ? at : now : choices.ConsentDate;
            var status = StatusOf(said);
            withoutWord |= said is null && choices.Status is null;
            withoutDate |= status is ReaderStatus.Confirmed && date is null;
            if (status is ReaderStatus.Confirmed && date is null)
                status = ReaderStatus.Pending;
            // If the reader isn't confirmed, another system's date only says when the address was entered.
            var consented = status is ReaderStatus.Confirmed ? date
                : isOwn && status is not ReaderStatus.Pending ? Past(draft.ConfirmedAt) : null;
            var left = status >= ReaderStatus.Unsubscribed ? Past(draft.UnsubscribedAt) : null;
            var statement = new StagedStatement(newsletter.Id, status, consented, isOwn ? Past(draft.CreatedAt) : null, left,
                isOwn ? draft.PausedUntil : null, Source(draft, system), consented is null ? null : Consent(draft.Consent),
                status is ReaderStatus.Confirmed && draft.WithoutProof);
            if (statements.FindIndex(other => other.NewsletterId == newsletter.Id) is >= 0 and var twice)
                statements[twice] = StagedStatement.MoreCareful(statements[twice], statement);
            else
                statements.Add(statement);
        }
        (found.WithoutWord, found.WithoutDate) = (found.WithoutWord + (withoutWord ? 1 : 0), found.WithoutDate + (withoutDate ? 1 : 0));
        return statements;
    }

    private DateTimeOffset? Past(DateTimeOffset? at) => at > latest ? null : at;

    /// <summary>
    /// The person's statement counts if the file makes none, or if the person's is more careful. Calling confirmed readers pending is more
    /// careful too: they are asked again.
    /// </summary>
    private ReaderStatus StatusOf(ReaderStatus? said)
    {
        if (said is null || choices.Status is null)
            return said ?? choices.Status ?? ReaderStatus.Pending;
        if (choices.Status is ReaderStatus.Pending && said is ReaderStatus.Confirmed)
            return ReaderStatus.Pending;
        return choices.Status > said && choices.Status is not ReaderStatus.Confirmed ? choices.Status.Value : said.Value;
    }

    // Lists that exist here are treated separately. If none exists, or another newsletter was chosen, all of them count for that
    // newsletter.
    private void AddElsewhere(List<(string Newsletter, ReaderStatus? Status)> lists, List<(Newsletter, ReaderStatus?)> wanted)
    {
        foreach (var (name, status) in lists)
            if (known.TryGetValue(name, out var newsletter) && (choices.Newsletter is null || newsletter == usual))
                wanted.Add((newsletter, status));
            else if (!known.ContainsKey(name))
                found.UnknownLists.Add(name.Length > LongestFieldName ? name[..LongestFieldName] : name);
        if (wanted.Count == 0)
            wanted.Add((usual, lists.Max(list => list.Status)));
    }

    private static string? Language(ReaderDraft draft)
    {
        if (string.IsNullOrWhiteSpace(draft.Language))
            return null;
        if (CellText.Language(draft.Language) is { } language)
            return language;
        draft.Fields.TryAdd("language", draft.Language);
        return null;
    }

    private Dictionary<string, string>? Fields(ReaderDraft draft, SourceRow row, SourceSystem system)
    {
        Dictionary<string, string>? fields = null;
        if (draft.HasFields)
            foreach (var (column, text) in draft.Fields)
                Take(column, text);
        foreach (var (column, text) in row.Rest())
            Take(column, text);
        return fields;

        void Take(string column, string text)
        {
            var (name, dropped) = ColumnOf(column, system);
            if (name is null || CellText.Value(text) is not { } value || value.Length > CsvReader.MostCharacters)
                return;
            if (dropped is not null)
                found.Dropped.TryAdd(name, dropped);
            else if ((fields ??= new(StringComparer.Ordinal)).TryAdd(name, value) && found.Fields.Count < CsvReader.MostColumns)
                found.Fields.Add(name);
        }
    }

    private (string? Name, string? Dropped) ColumnOf(string column, SourceSystem system)
    {
        if (columns.TryGetValue((system, column), out var known))
            return known;
        var said = column.StartsWith(SourceColumns.Dropped, StringComparison.Ordinal);
        var name = CellText.Heading(system is OwnFile ? FieldColumns.FieldIn(column) : column);
        if (name is { Length: > LongestFieldName })
            name = null;
        var read = (name, said ? "as you said" : name is null ? null : system.Drops(name));
        if (columns.Count < MostColumnsKept)
            columns[(system, column)] = read;
        return read;
    }

    private static string Source(ReaderDraft draft, SourceSystem system)
    {
        if (system is not OwnFile)
            return system.Name;
        var source = draft.Source?.Trim().ToLowerInvariant() ?? "";
        return source.Length is > 0 and <= LongestSource && source.All(sign => char.IsAsciiLetterOrDigit(sign) || sign is '-' or '_' or ' ')
            ? source : "import";
    }

    private static string? Consent(string? version) =>
        version?.Trim() is { Length: 16 } text && text.All(char.IsAsciiLetterOrDigit) ? text : null;

    private static Dictionary<string, Newsletter> Known(IReadOnlyList<Newsletter> newsletters)
    {
        var known = new Dictionary<string, Newsletter>(StringComparer.OrdinalIgnoreCase);
        foreach (var newsletter in newsletters)
            known[newsletter.Slug] = newsletter;
        foreach (var newsletter in newsletters)
            known.TryAdd(newsletter.Name.Trim(), newsletter);
        return known;
    }
}
