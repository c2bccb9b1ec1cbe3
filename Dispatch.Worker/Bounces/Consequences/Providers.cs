using System.Collections.Frozen;

namespace Dispatch.Worker.Bounces.Consequences;

/// <summary>
/// The big providers by the domains of their mailboxes, for counts. Any other domain is <c>other</c>: a small one could tell who reads.
/// </summary>
internal static class Providers
{
    public const string Other = "other";

    private static readonly FrozenDictionary<string, string> Domains = new (string Provider, string Domains)[]
    {
        ("google", "gmail.com googlemail.com"),
        ("microsoft", "outlook.com outlook.de outlook.fr outlook.es outlook.it hotmail.com hotmail.co.uk hotmail.de hotmail.fr "
            + "hotmail.es hotmail.it "
            + "live.com live.de live.fr live.nl live.it live.ru msn.com"),
        ("yahoo", "yahoo.com yahoo.co.uk yahoo.de yahoo.fr yahoo.es yahoo.it yahoo.ca yahoo.com.br yahoo.co.in ymail.com "
            + "rocketmail.com aol.com "
            + "aol.de aol.co.uk"),
        ("yahoo japan", "yahoo.co.jp"),
        ("apple", "icloud.com me.com mac.com"),
        ("united internet", "gmx.de gmx.net gmx.at gmx.ch gmx.com web.de mail.com 1und1.de"),
        ("deutsche telekom", "t-online.de magenta.de"),
        ("mail.ru", "mail.ru bk.ru list.ru inbox.ru internet.ru"),
        ("yandex", "yandex.ru yandex.com ya.ru yandex.by yandex.kz yandex.ua"),
        ("rambler", "rambler.ru lenta.ru ro.ru"),
        ("tencent", "qq.com foxmail.com"),
        ("netease", "163.com 126.com yeah.net"),
        ("proton", "proton.me protonmail.com pm.me"),
        ("tutanota", "tuta.com tutanota.com tutanota.de tuta.io"),
        ("orange", "orange.fr wanadoo.fr"),
        ("free", "free.fr"),
        ("laposte", "laposte.net"),
        ("libero", "libero.it"),
        ("seznam", "seznam.cz email.cz post.cz"),
        ("wp", "wp.pl o2.pl"),
        ("onet", "onet.pl op.pl vp.pl poczta.onet.pl"),
        ("interia", "interia.pl poczta.fm"),
        ("ukr.net", "ukr.net"),
        ("naver", "naver.com"),
        ("comcast", "comcast.net"),
    }.SelectMany(row => row.Domains.Split(' ').Select(domain => (domain, row.Provider))).ToFrozenDictionary(one => one.domain, one =>
        one.Provider);

    /// <summary>Returns the provider of an address.</summary>
    public static string Of(string address) =>
        Domains.GetValueOrDefault(address[(address.LastIndexOf('@') + 1)..].ToLowerInvariant(), Other);
}
