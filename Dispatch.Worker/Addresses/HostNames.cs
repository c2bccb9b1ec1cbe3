using System.Buffers;
using System.Globalization;
using System.Text;

namespace Dispatch.Worker.Addresses;

/// <summary>Parses the host name of an address, into A-labels for SMTP and into Unicode for display.</summary>
internal static class HostNames
{
    private const string NotAHost = "fault.address.no-host";

    // The rules of STD 3 (UseStd3AsciiRules) allow only letters, digits and hyphens in the result.
    private static readonly IdnMapping Idn = new() { AllowUnassigned = false, UseStd3AsciiRules = true };

    private static readonly SearchValues<char> LettersDigitsHyphen = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-");

    /// <summary>Parses a host name and sets both forms. Returns what is wrong with the name, or null if nothing is.</summary>
    public static string? Read(string typed, out string ascii, out string unicode)
    {
        ascii = unicode = "";
        if (typed.Length == 0)
            return "fault.address.nothing-after";
        if (typed[0] == '[')
            return "fault.address.literal";
        if (typed.Contains(','))
            return "fault.address.comma-after";
        if (FaultOfDots(typed) is { } dots)
            return dots;
        if (ToAscii(typed) is not { } asciiForm)
            return NotAHost;
        // Dots are checked again, because the mapping turns a full-width dot into an ordinary one.
        if (FaultOfDots(asciiForm) is { } dotsAfterMapping)
            return dotsAfterMapping;
        if (FaultOfLabels(asciiForm.Split('.')) is { } label)
            return label;
        if (asciiForm.Length > 253)
            return "fault.address.host-long";
        if (ToUnicode(asciiForm) is not { } unicodeForm)
            return NotAHost;
        (ascii, unicode) = (asciiForm, unicodeForm);
        return null;
    }

    private static string? FaultOfDots(string host)
    {
        if (host[0] == '.')
            return "fault.address.dot-after-at";
        if (host[^1] == '.')
            return "fault.address.dot-end";
        return host.Contains("..", StringComparison.Ordinal) ? "fault.address.dots-after" : null;
    }

    private static string? FaultOfLabels(string[] labels)
    {
        if (labels.Any(label => label.Length > 63))
            return "fault.address.label-long";
        if (!labels.All(IsHostLabel))
            return NotAHost;
        if (labels.Length < 2)
            return "fault.address.no-dot";

        var top = labels[^1];
        if (top.All(char.IsAsciiDigit))
            return "fault.address.number";
        // Every top-level domain has at least two characters, and only letters unless it begins with xn-- (RFC 3696 section 2 and the root
        // zone).
        var odd = top.Length == 1 || (!top.StartsWith("xn--", StringComparison.Ordinal) && !top.All(char.IsAsciiLetter));
        return odd ? "fault.address.ending" : null;
    }

    // RFC 5890 section 2.3.1: two hyphens in the third and fourth positions are reserved for A-labels.
    private static bool IsHostLabel(string label) =>
        label.Length > 0
        && !label.AsSpan().ContainsAnyExcept(LettersDigitsHyphen)
        && label[0] != '-' && label[^1] != '-'
        && (label.Length < 4 || label[2] != '-' || label[3] != '-' || label.StartsWith("xn--", StringComparison.Ordinal));

    private static string? ToAscii(string typed)
    {
        // ASCII names are handled without IdnMapping, which throws if such a name is too long.
        if (Ascii.IsValid(typed))
            return typed.ToLowerInvariant();
        try
        {
            return Idn.GetAscii(typed).ToLowerInvariant();
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    // A label that changes when it is decoded and encoded again is not a valid A-label ("xn--0").
    private static string? ToUnicode(string ascii)
    {
        if (!ascii.Contains("xn--", StringComparison.Ordinal))
            return ascii;
        try
        {
            var unicode = Idn.GetUnicode(ascii).Normalize();
            return string.Equals(Idn.GetAscii(unicode), ascii, StringComparison.OrdinalIgnoreCase) ? unicode : null;
        }
        catch (ArgumentException)
        {
            return null;
        }
    }
}
