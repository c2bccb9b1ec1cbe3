using System.Diagnostics.CodeAnalysis;
using System.Text;
using MimeKit;

namespace Dispatch.Worker.Addresses;

/// <summary>An email address, parsed and normalized.</summary>
/// <remarks>
/// <para>
/// Parsing accepts ordinary mailboxes: a dot-atom (ASCII, or any letters by RFC 6531), an @ and a host name with a dot (ASCII or
/// internationalised). It refuses quoted local parts, comments, address literals and the like: in a sign-up form they are mistakes or
/// attacks.
/// </para>
/// <para>
/// Two addresses are equal if they differ only in letter case or in the spelling of the host name. RFC 5321 section 2.4 lets a host
/// distinguish "Ana" from "ana", but no host does. A reader who unsubscribed with one spelling must not come back with the other.
/// </para>
/// </remarks>
public sealed class EmailAddress : IEquatable<EmailAddress>
{
    // Of a plain address, every form is made by lower case alone.
    private EmailAddress(string text, int at)
    {
        LocalPart = text[..at];
        AsciiDomain = text[(at + 1)..].ToLowerInvariant();
        Normalized = text.AsSpan(at + 1).SequenceEqual(AsciiDomain) ? text : $"{LocalPart}@{AsciiDomain}";
        Key = text.ToLowerInvariant();
    }

    private EmailAddress(string localPart, string asciiDomain, string unicodeDomain)
    {
        LocalPart = localPart;
        AsciiDomain = asciiDomain;
        Normalized = $"{localPart}@{unicodeDomain}";
        Key = $"{localPart.ToLowerInvariant().Normalize()}@{asciiDomain}";
        NeedsSmtpUtf8 = !Ascii.IsValid(localPart);
    }

    /// <summary>The form for storage and display: Unicode NFC, the domain in lower case and in Unicode, the local part as typed.</summary>
    public string Normalized { get; }

    /// <summary>
    /// The form for comparison and hashing: the local part in lower case, the domain in A-labels. Never send mail to this form.
    /// </summary>
    public string Key { get; }

    /// <summary>
    /// The <see cref="Key"/> without a tag (RFC 5233): most hosts deliver <c>ana+news@</c> and <c>ana+x@</c> to one mailbox. Use this form
    /// to count messages to a mailbox, but not to find a reader: at some hosts a plus is an ordinary character.
    /// </summary>
    public string MailboxKey
    {
        get
        {
            var (plus, at) = (Key.IndexOf('+'), Key.LastIndexOf('@'));
            return plus > 0 && plus < at ? Key[..plus] + Key[at..] : Key;
        }
    }

    /// <summary>The part before the @, in Unicode NFC, in its original letter case.</summary>
    public string LocalPart { get; }

    /// <summary>The domain as sent over SMTP: in lower case, with internationalised labels as A-labels (xn--).</summary>
    public string AsciiDomain { get; }

    /// <summary>
    /// Whether mail to the address needs a server with SMTPUTF8 (RFC 6531). An internationalised domain alone doesn't need one.
    /// </summary>
    public bool NeedsSmtpUtf8 { get; }

    /// <summary>The form for RCPT TO: the local part as typed, the domain in A-labels.</summary>
    public string WireForm => $"{LocalPart}@{AsciiDomain}";

    /// <summary>Returns the address for MimeKit's To header, with the reader's name if there is one.</summary>
    public MailboxAddress ToMailbox(string? name) => new(name, WireForm);

    /// <summary>
    /// Parses an address. The fault is the key of a text for the person who typed the address. No such text repeats the address.
    /// </summary>
    public static bool TryParse(
        string? text, [NotNullWhen(true)] out EmailAddress? address, [NotNullWhen(false)] out string? fault)
    {
        if (text is null || PlainAddresses.PlaceOfAt(text) is not (> 0 and var at))
            return TryParseAny(text, out address, out fault);
        (address, fault) = (new(text, at), null);
        return true;
    }

    /// <summary>
    /// Parses an address by all the rules. For a plain one, <see cref="TryParse"/> takes a shorter way to the same result.
    /// </summary>
    internal static bool TryParseAny(
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
    /// Parses an address that was checked before. Throws a <see cref="FormatException"/> if the address is invalid. The exception doesn't
    /// repeat the address.
    /// </summary>
    public static EmailAddress Parse(string? text) =>
        TryParse(text, out var address, out var fault) ? address : throw new FormatException($"Expected an e-mail address: {fault}");

    /// <summary>Restores an address stored in its <see cref="Normalized"/> form, without checking it again.</summary>
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

    /// <summary>Returns a fixed text, so an address logged by mistake isn't revealed.</summary>
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

    // Writes the address to a To header with MimeKit, and checks that MimeKit reads the same address back.
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
