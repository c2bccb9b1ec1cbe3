using System.Data;
using System.Data.Common;
using System.Text;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Dispatch.Worker.Database;

/// <summary>
/// Text that every database can store. PostgreSQL refuses U+0000 and unpaired surrogates. Text from a person is refused if <see cref="Is"/>
/// returns false. In all other text such characters are replaced by U+FFFD: by <see cref="Of"/> in hand-written statements, by
/// <see cref="StorableParameters"/> in EF's.
/// </summary>
public static class StorableText
{
    /// <summary>The end of a message about text that can't be stored; the field's name comes before it.</summary>
    public const string Why =
        "contains a character that can't be stored (U+0000 or a lone surrogate), usually from pasted text. Remove it.";

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

    // EnumerateRunes yields U+FFFD for each unpaired surrogate.
    private static string Mended(string text)
    {
        var mended = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
            mended.Append(rune.Value == 0 ? "\uFFFD" : rune.ToString());
        return mended.ToString();
    }
}

/// <summary>Makes every parameter of every EF statement storable.</summary>
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
