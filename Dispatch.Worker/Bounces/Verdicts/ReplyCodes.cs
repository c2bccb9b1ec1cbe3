namespace Dispatch.Worker.Bounces.Verdicts;

/// <summary>What a reply code says about a recipient, for lack of anything better (RFC 5321 §4.2.3, RFC 4954, RFC 7504).</summary>
internal static class ReplyCodes
{
    public static (BounceKind Kind, string Reason) Find(int code) => code switch
    {
        550 => (BounceKind.Hard, "the mailbox is unavailable"),
        551 => (BounceKind.Hard, "the user is not local"),
        553 => (BounceKind.Hard, "the mailbox's name is not allowed"),
        510 or 511 => (BounceKind.Hard, "the address is bad"),
        512 => (BounceKind.Hard, "the host is unknown"),
        556 => (BounceKind.Hard, "the address's domain takes no mail"),
        552 => (BounceKind.Soft, "the mailbox is over its limit"),
        521 => (BounceKind.Soft, "the host takes no mail"),
        >= 500 and <= 504 or 523 or 530 or 534 or 535 or 538 or 554 or 555 or 571 => (BounceKind.Policy, "the server refused the "
            + "transaction"),
        >= 500 => (BounceKind.Soft, "the server refused the message"),
        _ => (BounceKind.Soft, "the server could not take the message at the time"),
    };
}
