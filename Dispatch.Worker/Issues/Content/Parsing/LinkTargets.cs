using System.Text.RegularExpressions;
using Markdig.Syntax;

namespace Dispatch.Worker.Issues.Content.Parsing;

/// <summary>
/// Checks the targets of a text's links. A relative address leads to the newsletter's own site, so an address that lacks its scheme by
/// mistake is an error. Accepted schemes are http, https, mailto, tel, sgnl and geo.
/// </summary>
internal sealed partial class LinkTargets(Uri siteUrl, Action<FaultSeverity, MarkdownObject, string, string> note)
{
    private const string Kinds = "https, http, mailto, tel, sgnl or geo";

    /// <summary>Returns the absolute address to link to. Returns null, and notes a fault, if there is none.</summary>
    public string? AddressOf(MarkdownObject where, string written)
    {
        var url = written.Trim().Trim(Around);
        if (FaultOf(url) is var (rule, message))
        {
            note(FaultSeverity.Error, where, rule, message);
            return null;
        }
        if (url[0] == '#')
        {
            note(FaultSeverity.Warning, where, "link-fragment",
                $"a link within the issue ('{Start(url)}') leads nowhere in an email, so only its words are kept");
            return null;
        }
        if (url.StartsWith("tel:", StringComparison.OrdinalIgnoreCase))
            url = Spaces().Replace(url, "");
        // The scheme is checked again after resolving, because a browser follows the resolved URL and not the text as written.
        if (!Uri.TryCreate(siteUrl, url, out var address)
            || address.Scheme is not ("http" or "https" or "mailto" or "tel" or "sgnl" or "geo"))
        {
            note(FaultSeverity.Error, where, "link-scheme", Unknown(url));
            return null;
        }
        if (!HasScheme().IsMatch(url) && url[0] != '/')
            note(FaultSeverity.Warning, where, "link-relative",
                $"'{Start(url)}' leads to {Start(address.AbsoluteUri)} on the newsletter's own site: write the whole address, with "
                    + "https://");
        if (address.Scheme == "http" && address.IdnHost != siteUrl.IdnHost && !address.Host.EndsWith(".onion", StringComparison.Ordinal))
            note(FaultSeverity.Warning, where, "link-insecure",
                $"use https:// instead of '{Start(url)}' if possible: with http anyone on the way can read and change what it shows");
        if (address.Scheme is "http" or "https" && address.UserInfo.Length > 0)
            note(FaultSeverity.Warning, where, "link-deceives",
                $"'{Start(url)}' leads to {address.IdnHost}, not to what comes before the @: leave that out");
        return Written(address);
    }

    /// <summary>
    /// Warns if a link's text shows a different address from the link's own. Mail programs and spam filters may take such a link for
    /// phishing.
    /// </summary>
    public void Compare(MarkdownObject where, string words, string address)
    {
        if (ShownHost().Match(words) is { Success: true } shown && Uri.TryCreate(address, UriKind.Absolute, out var target)
            && target.Scheme is "http" or "https" && Uri.TryCreate($"https://{shown.Groups[1].Value}", UriKind.Absolute, out var promised)
            && !IsSameSite(promised.IdnHost, target.IdnHost))
            note(FaultSeverity.Warning, where, "link-deceives",
                $"the words show {promised.IdnHost}, but the link leads to {target.IdnHost}: email apps warn about that, so make them "
                    + "agree");
        else if (ShownMail().Match(words.Trim()) is { Success: true } mail && !address.StartsWith($"mailto:{mail.Value}",
            StringComparison.OrdinalIgnoreCase))
            note(FaultSeverity.Warning, where, "link-deceives",
                $"the words show an email address, but the link leads to {Start(address)}: make them agree");
    }

    private static (string Rule, string Message)? FaultOf(string url)
    {
        if (url.Length == 0)
            return ("link-empty", "the link has no address: write it in the parentheses after the words");
        if (Placeholder().IsMatch(url))
            return ("link-placeholder", $"'{Start(url)}' isn't an address: placeholders aren't filled in, so write where the link leads");
        if (BrokenScheme().IsMatch(url))
            return ("link-broken", $"the address '{Start(url)}' is misspelled at the beginning: write https:// and then the rest");
        if (HasScheme().Match(url) is { Success: true } scheme)
            return FaultOfAbsolute(url, scheme.Value.TrimEnd(':').ToLowerInvariant());
        if (MailLike().IsMatch(url))
            return ("link-mail", $"an email address needs mailto: before it: write mailto:{Start(url)}");
        if (HostLike().IsMatch(url))
            return ("link-host", $"'{Start(url)}' would lead to a page of the newsletter's own site: write https://{Start(url)}");
        return null;
    }

    private static (string Rule, string Message)? FaultOfAbsolute(string url, string scheme)
    {
        if (scheme.Contains('.', StringComparison.Ordinal)) // this is a host with a port, not a scheme
            return ("link-host", $"'{Start(url)}' has no scheme: write https://{Start(url)}");
        if (scheme is "http" or "https" && !WebHost().IsMatch(url))
            return ("link-broken", $"'{Start(url)}' isn't a complete address: write one such as https://example.org/page");
        if (scheme is "mailto" && !url.Contains('@', StringComparison.Ordinal))
            return ("link-broken", $"'{Start(url)}' has no email address in it: write mailto:name@example.org");
        if (scheme is "tel" && !Number().IsMatch(url))
            return ("link-broken", $"'{Start(url)}' isn't a phone number: write one such as tel:+420221121111");
        return null;
    }

    private static string Unknown(string url) =>
        $"'{Start(url)}' can't be a link: write an address that begins with {Kinds}; only its words are kept";

    private static string Start(string source) => SpanParser.Start(source);

    private static bool IsSameSite(string one, string other) =>
        one == other || one.EndsWith($".{other}", StringComparison.Ordinal) || other.EndsWith($".{one}", StringComparison.Ordinal)
        || (one.StartsWith("www.", StringComparison.Ordinal) && other.EndsWith(one[3..], StringComparison.Ordinal));

    // A host in another script is written in its ASCII form (RFC 5891 §4.4), because mail programs treat such hosts differently.
    private static string Written(Uri address) => address.Host == address.IdnHost || address.HostNameType is not UriHostNameType.Dns
        ? address.AbsoluteUri
        : new UriBuilder(address) { Host = address.IdnHost }.Uri.AbsoluteUri;

    private static readonly char[] Around = [.. "\"'“”„‟«»‹›‘’‚「」『』《》\u200B\u00A0\u202F\uFEFF\u200E\u200F"];

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();

    [GeneratedRegex(@"\{\{|\}\}|\*\||\|\*|<%|%%|%[A-Z]+(?:_[A-Z]+)*%|\$\{|^\{|^(?:https?://)?(?:TK|URL|LINK|ADDRESS|…|\.\.\.|x{3,})$",
        RegexOptions.IgnoreCase)]
    private static partial Regex Placeholder();

    [GeneratedRegex(@"^https?(?!://)(?=[:;/\\\s.])|^https?:///|^https?://https?[:/]|^(?!https?:)[htps]{3,7}[:;]?//|"
        + "^mailto(?!:)[;./]|^mailto:/",
        RegexOptions.IgnoreCase)]
    private static partial Regex BrokenScheme();

    [GeneratedRegex("^[a-z][a-z0-9+.-]*:", RegexOptions.IgnoreCase)]
    private static partial Regex HasScheme();

    [GeneratedRegex(@"^[^\s/:@?#]+@[^\s/@?#]+\.[^\s/@?#]{2,}", RegexOptions.IgnoreCase)]
    private static partial Regex MailLike();

    [GeneratedRegex(@"^(?!\.)(?:(?:[\p{L}\p{N}_-]+\.)+\p{L}{2,}|[0-9]{1,3}(?:\.[0-9]{1,3}){3})(?=$|[:/?#])", RegexOptions.IgnoreCase)]
    private static partial Regex HostLike();

    [GeneratedRegex(@"^https?://(?:[^/?#@]*@)?(?:localhost|\[[0-9a-f:.]+\]|[^\s/?#@:.]+(?:\.[^\s/?#@:.]+)+\.?)(?::[0-9]+)?(?=$|[/?#])",
        RegexOptions.IgnoreCase)]
    private static partial Regex WebHost();

    [GeneratedRegex(@"^tel:[+0-9][0-9\s().\-\u00A0;=a-z]*$", RegexOptions.IgnoreCase)]
    private static partial Regex Number();

    [GeneratedRegex(@"(?:https?://|(?<![\p{L}\p{N}.@/-])www\.|^\s*(?=(?:[\p{L}\p{N}-]+\.)+\p{L}{2,}(?:/\S*)?\s*$))"
        + @"((?:[\p{L}\p{N}-]+\.)+\p{L}{2,})",
        RegexOptions.IgnoreCase)]
    private static partial Regex ShownHost();

    [GeneratedRegex(@"^[A-Za-z0-9._%+-]+@(?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,}$")]
    private static partial Regex ShownMail();
}
