using System.Diagnostics.CodeAnalysis;
using System.Text;
using MimeKit;

namespace Dispatch.Worker.Addresses;

/// <summary>A reader's e-mail address: parsed once, normalised, then carried as this type.</summary>
/// <remarks>
/// <para>
/// Accepted is what a mailbox looks like today: a dot-atom (ASCII or, by RFC 6531, any letters), an @ and a host name with a dot in it
/// (ASCII or internationalised). Display names, quoted local parts, comments, address literals and hosts without a dot are refused,
/// although one RFC or another allows them: in a sign-up form they are slips, or somebody trying something. White space around the address
/// is refused too; a forgiving form trims it first.
/// </para>
/// <para>
/// Two addresses are equal when they differ only in letter case or in how the host name is written. RFC 5321 §2.4 lets a host distinguish
/// "Ana" from "ana", but none does, and a reader who unsubscribed as one must not come back as the other. The mail itself uses the local
/// part as the reader typed it.
/// </para>
/// </remarks>
public sealed class EmailAddress : IEquatable<EmailAddress>
{
    private EmailAddress(string localPart, string asciiDomain, string unicodeDomain)
    {
        LocalPart = localPart;
        AsciiDomain = asciiDomain;
        Normalized = $"{localPart}@{unicodeDomain}";
        Key = $"{localPart.ToLowerInvariant().Normalize()}@{asciiDomain}";
        NeedsSmtpUtf8 = !Ascii.IsValid(localPart);
    }

    /// <summary>The form to store and to show: Unicode NFC, the domain in lower case and readable, the local part as typed.</summary>
    public string Normalized { get; }

    /// <summary>The form to compare and to hash: the local part in lower case, the domain in A-labels. Never mail to it.</summary>
    public string Key { get; }

    /// <summary>
    /// The <see cref="Key"/> without a tag (RFC 5233): <c>ana+news@</c> and <c>ana+x@</c> arrive in one mailbox at most hosts. Good for
    /// counting what a mailbox gets, not for finding a reader: some hosts allow a plus in any name.
    /// </summary>
    public string MailboxKey
    {
        get
        {
            var (plus, at) = (Key.IndexOf('+'), Key.LastIndexOf('@'));
            return plus > 0 && plus < at ? Key[..plus] + Key[at..] : Key;
        }
    }

    /// <summary>The part before the @, in NFC, with its letter case kept.</summary>
    public string LocalPart { get; }

    /// <summary>The domain as sent on the wire: lower case, internationalised labels as xn--….</summary>
    public string AsciiDomain { get; }

    /// <summary>
    /// Whether only a server with SMTPUTF8 (RFC 6531) can take mail for it. An internationalised domain alone does not need that.
    /// </summary>
    public bool NeedsSmtpUtf8 { get; }

    /// <summary>The address in RCPT TO: the local part as typed, the domain in A-labels.</summary>
    public string WireForm => $"{LocalPart}@{AsciiDomain}";

    /// <summary>The address as MimeKit needs it in a To line, with the reader's name if there is one.</summary>
    public MailboxAddress ToMailbox(string? name) => new(name, WireForm);

    /// <summary>
    /// Parses an address. The fault is the key of a sentence for the person who typed it, which never repeats what they typed.
    /// </summary>
    public static bool TryParse(
        string? text, [NotNullWhen(true)] out EmailAddress? address, [NotNullWhen(false)] out string? fault)
    {
        address = null;
        string ascii = "", unicode = "";
        fault = TakeApart(text, out var localPart, out var typedDomain)
            ?? AddressRules.FaultOfLocalPart(localPart)
            ?? HostNames.Read(typedDomain, out ascii, out unicode)
            ?? AddressRules.FaultOfLength(text!, localPart, ascii, unicode);
        if (fault is not null)
            return false;

        var parsed = new EmailAddress(localPart, ascii, unicode);
        if (!MimeKitAgrees(parsed))
        {
            fault = AddressRules.Unreadable;
            return false;
        }

        address = parsed;
        return true;
    }

    /// <summary>
    /// Parses an address that has been checked before; a bad one is a <see cref="FormatException"/>, which never repeats it.
    /// </summary>
    public static EmailAddress Parse(string? text) =>
        TryParse(text, out var address, out var fault) ? address : throw new FormatException($"Expected an e-mail address: {fault}");

    /// <summary>Restores an address that was stored in its <see cref="Normalized"/> form: it was checked when it came in.</summary>
    public static EmailAddress Stored(string normalized)
    {
        var at = normalized.LastIndexOf('@');
        if (at <= 0 || !Ascii.IsValid(normalized))
            return Parse(normalized);
        var domain = normalized[(at + 1)..];
        return new EmailAddress(normalized[..at], domain, domain);
    }

    public bool Equals(EmailAddress? other) => other is not null && Key == other.Key;

    public override bool Equals(object? obj) => Equals(obj as EmailAddress);

    public override int GetHashCode() => Key.GetHashCode(StringComparison.Ordinal);

    public static bool operator ==(EmailAddress? left, EmailAddress? right) => left is null ? right is null : left.Equals(right);

    public static bool operator !=(EmailAddress? left, EmailAddress? right) => !(left == right);

    /// <summary>Says that there is an address, not which one: this is what ends up in a log by mistake.</summary>
    public override string ToString() => "(address)";

    private static string? TakeApart(string? text, out string localPart, out string domain)
    {
        localPart = domain = "";
        if (AddressRules.FaultOfText(text) is { } fault)
            return fault;

        var normal = text!.Normalize();
        var at = normal.LastIndexOf('@');
        if (at < 0)
            return AddressRules.FaultOfMissingAt(normal);
        (localPart, domain) = (normal[..at], normal[(at + 1)..]);
        return null;
    }

    // A second opinion. What our rules accept later goes into a To line, and must come out of it as the same address.
    private static bool MimeKitAgrees(EmailAddress address) =>
        MailboxAddress.TryParse(Strict, address.WireForm, out var mailbox)
        && string.IsNullOrEmpty(mailbox.Name)
        && mailbox.Route.Count == 0
        && mailbox.GetAddress(idnEncode: true) == address.WireForm;

    private static readonly ParserOptions Strict = new()
    {
        AddressParserComplianceMode = RfcComplianceMode.Strict,
        AllowAddressesWithoutDomain = false,
        AllowUnquotedCommasInAddresses = false,
    };
}
