using System.Data;
using System.Data.Common;
using System.Text;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Dispatch.Worker.Database;

/// <summary>
/// Which text every database can store: PostgreSQL refuses U+0000 and unpaired surrogates, whatever row they are in, and SQLite keeps them
/// for whoever reads the row next. <see cref="Is"/> refuses what a person wrote; in anything else they become U+FFFD. The ledger's own
/// statements call <see cref="Of"/> for what they write; for all others <see cref="StorableParameters"/> does.
/// </summary>
public static class StorableText
{
    /// <summary>For a message, after the field's name.</summary>
    public const string Why =
        "holds a character that no text can hold (U+0000, or half a character). Take it out; mostly it came with something pasted.";

    public static bool Is(string? text)
    {
        for (var rest = text.AsSpan(); !rest.IsEmpty;)
        {
            var at = rest.IndexOfAnyInRange('\uD800', '\uDFFF');
            if ((at < 0 ? rest : rest[..at]).Contains('\0'))
                return false;
            if (at < 0)
                return true;
            if (at + 1 >= rest.Length || !char.IsSurrogatePair(rest[at], rest[at + 1]))
                return false;
            rest = rest[(at + 2)..];
        }
        return true;
    }

    public static string Of(string text) =>
        text.AsSpan().IndexOfAnyInRange('\uD800', '\uDFFF') < 0 && !text.Contains('\0') ? text : Mended(text);

    // Enumerating runes gives U+FFFD for each unpaired surrogate.
    private static string Mended(string text)
    {
        var mended = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
            mended.Append(rune.Value == 0 ? "\uFFFD" : rune.ToString());
        return mended.ToString();
    }
}

/// <summary>Ensures that every parameter of every EF statement is storable.</summary>
internal sealed class StorableParameters : DbCommandInterceptor
{
    public override InterceptionResult<DbDataReader> ReaderExecuting(
        DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result)
    {
        Mend(command);
        return result;
    }

    public override InterceptionResult<object> ScalarExecuting(
        DbCommand command, CommandEventData eventData, InterceptionResult<object> result)
    {
        Mend(command);
        return result;
    }

    public override InterceptionResult<int> NonQueryExecuting(DbCommand command, CommandEventData eventData, InterceptionResult<int> result)
    {
        Mend(command);
        return result;
    }

    public override ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result,
        CancellationToken cancellationToken = default)
    {
        Mend(command);
        return ValueTask.FromResult(result);
    }

    public override ValueTask<InterceptionResult<object>> ScalarExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<object> result, CancellationToken cancellationToken = default)
    {
        Mend(command);
        return ValueTask.FromResult(result);
    }

    public override ValueTask<InterceptionResult<int>> NonQueryExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
    {
        Mend(command);
        return ValueTask.FromResult(result);
    }

    private static void Mend(DbCommand command)
    {
        foreach (IDataParameter parameter in command.Parameters)
            if (parameter.Value is string text)
                parameter.Value = StorableText.Of(text);
            else if (parameter.Value is IList<string> texts)
                for (var index = 0; index < texts.Count; index++)
                    if (texts[index] is { } one && StorableText.Of(one) is var mended && !ReferenceEquals(mended, one))
                        texts[index] = mended;
    }
}
