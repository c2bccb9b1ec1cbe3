using Dispatch.Worker.Transfer.Reading;
using Dispatch.Worker.Transfer.Systems;

namespace Dispatch.Worker.Transfer.Import.Staging;

/// <summary>
/// Finds cells that no system reads and that seem to say that the reader left, by the names of their columns and by their words. Such a
/// cell isn't believed, since nobody has said what it means; but the reader isn't confirmed either.
/// </summary>
internal sealed class UnreadGoodbyes
{
    private const int LongestWord = 20;
    private const int MostColumnsKept = 10_000;

    // What such columns' names contain, letters alone.
    private static readonly string[] Leaving =
    [
        "unsub", "optout", "optedout", "blacklist", "blocklist", "complain", "spam", "suppress", "donotmail", "donotemail",
        "excludedfrom", "abgemeldet", "ausgetragen", "abbestellt", "désabonn", "desabonn", "désinscri", "desinscri", "disiscri",
        "uitgeschreven", "wypisan", "odhlášen", "odhlasen", "отписа", "відписа", "退订", "退訂", "إلغاء",
    ];

    // They are about another way of reaching the reader.
    private static readonly string[] Elsewhere = ["sms", "phone", "whatsapp", "push"];

    // Columns in which "no" says that the reader left.
    private static readonly HashSet<string> Staying = new(StringComparer.Ordinal)
    {
        "subscribed", "issubscribed", "optin", "optedin", "active", "isactive", "enabled", "consent", "consented",
        "acceptsmarketing", "acceptsemailmarketing", "abonniert", "aktiv", "abonné", "suscrito", "activo", "iscritto", "inscrito",
        "подписан", "активен", "підписаний",
    };

    private static readonly HashSet<string> Words = new(StringComparer.OrdinalIgnoreCase)
    {
        "unsubscribed", "opted out", "opted-out", "opt-out", "blocklisted", "blacklisted", "bounced", "complained", "cleaned",
        "suppressed", "abgemeldet", "ausgetragen", "désabonné", "désabonnée", "désinscrit", "désinscrite", "disiscritto",
        "disiscritta", "desuscrito", "desuscrita", "descadastrado", "uitgeschreven", "afgemeld", "wypisany", "wypisana",
        "odhlášen", "odhlášena", "отписан", "отписана", "отписался", "отписалась", "відписаний", "відписана", "已退订", "退订",
        "退訂",
    };

    private readonly Dictionary<string, Kind> kinds = new(StringComparer.Ordinal);

    private enum Kind
    {
        Plain,
        Leaving,
        Bouncing,
        Staying,
    }

    /// <summary>Whether a column that isn't read may say that readers left.</summary>
    public static bool MayBeIn(string column) => KindOf(column) is Kind.Leaving or Kind.Bouncing;

    /// <summary>Returns the first column of these cells that seems to say that the reader left, or null.</summary>
    public string? In(IEnumerable<(string Column, string Text)> unread)
    {
        foreach (var (column, text) in unread)
            if (!column.StartsWith(SourceColumns.Dropped, StringComparison.Ordinal) && SaysSo(column, text))
                return column;
        return null;
    }

    private bool SaysSo(string column, string text)
    {
        if (text.Length > LongestWord && !char.IsAsciiDigit(text[0]))
            return false;
        if (!kinds.TryGetValue(column, out var kind))
        {
            kind = KindOf(column);
            if (kinds.Count < MostColumnsKept)
                kinds[column] = kind;
        }
        return kind switch
        {
            Kind.Leaving when YesNo.Read(text) is true || (Moments.TryRead(text, out var at, out _) && at is not null) => true,
            Kind.Bouncing when YesNo.Read(text) is true && !char.IsAsciiDigit(text.Trim()[0]) => true, // 1 is a number of bounces
            Kind.Staying when YesNo.Read(text) is false => true,
            _ => Words.Contains(text.Trim()),
        };
    }

    private static Kind KindOf(string column)
    {
        var word = new string([.. column.Where(char.IsLetter)]).ToLowerInvariant();
        return word is "unsubscribedat" || Elsewhere.Any(word.Contains) ? Kind.Plain
            : Leaving.Any(word.Contains) ? Kind.Leaving : word.Contains("bounce", StringComparison.Ordinal) ? Kind.Bouncing
            : Staying.Contains(word) ? Kind.Staying : Kind.Plain;
    }
}
