using System.Buffers;

namespace Dispatch.Worker.Addresses;

/// <summary>
/// Recognizes plain addresses, as nearly all are: ASCII letters, digits and the signs <c>. - _ +</c>, at a host whose labels are in order.
/// An import reads them by the million, and none of the other rules can refuse such an address.
/// </summary>
internal static class PlainAddresses
{
    private const int Longest = 254;
    private const int LongestLocalPart = 64;
    private const int LongestLabel = 63;

    private static readonly SearchValues<char> Local =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-_+");

    private static readonly SearchValues<char> Label =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-");

    /// <summary>Returns the place of the @ in a plain address, or -1 if the text isn't one. It may be an address all the same.</summary>
    public static int PlaceOfAt(ReadOnlySpan<char> text)
    {
        var at = text.IndexOf('@');
        if (at is < 1 or > LongestLocalPart || text.Length > Longest)
            return -1;
        var local = text[..at];
        return !local.ContainsAnyExcept(Local) && local[0] != '.' && local[^1] != '.' && local.IndexOf("..") < 0 && IsHost(text[(at + 1)..])
            ? at : -1;
    }

    private static bool IsHost(ReadOnlySpan<char> host)
    {
        for (var labels = 1; ; labels++)
        {
            var end = host.IndexOf('.');
            if (end < 0)
                return labels > 1 && host.Length is >= 2 and <= LongestLabel && !host.ContainsAnyExceptInRange('A', 'z')
                    && !host.ContainsAnyInRange('[', '`');
            if (!IsLabel(host[..end]))
                return false;
            host = host[(end + 1)..];
        }
    }

    // Two hyphens in the third and fourth positions are for A-labels, which aren't plain.
    private static bool IsLabel(ReadOnlySpan<char> label) =>
        label.Length is >= 1 and <= LongestLabel && !label.ContainsAnyExcept(Label) && label[0] != '-' && label[^1] != '-'
        && !(label.Length >= 4 && label[2] == '-' && label[3] == '-');
}
