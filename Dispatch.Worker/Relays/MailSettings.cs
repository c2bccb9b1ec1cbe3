using Dispatch.Worker.Mailing;
using Dispatch.Worker.Settings;
using Dispatch.Worker.Signing;

namespace Dispatch.Worker.Relays;

/// <summary>How mail leaves Dispatch, and in whose name.</summary>
public sealed class MailSettings : ISettings
{
    public static string Section => "Mail";

    public List<RelaySettings> Relays { get; set; } = [];

    /// <summary>The relays in use: the configured ones or, if there are none, the outbox folder.</summary>
    public IReadOnlyList<RelaySettings> AllRelays => Relays.Count > 0 ? Relays : [new RelaySettings()];

    /// <summary>The name given in EHLO to relays without a name of their own. If empty, see <see cref="HeloNames"/>.</summary>
    public string HeloName { get; set; } = "";

    /// <summary>
    /// The envelope sender; <c>bounces@host</c> becomes <c>bounces+TOKEN@host</c> for each delivery. If empty, the newsletter's From is
    /// used.
    /// </summary>
    public string BounceAddress { get; set; } = "";

    /// <summary>
    /// A mailbox, read by somebody, for unsubscribing by mail; <c>unsubscribe@host</c> becomes <c>unsubscribe+TOKEN@host</c> in
    /// List-Unsubscribe. If empty, only the link is offered.
    /// </summary>
    public string UnsubscribeAddress { get; set; } = "";

    /// <summary>
    /// A mailbox, read by Dispatch, to which providers may send readers' complaints (RFC 9477). It has to be at the domain of From, and
    /// issues have to be signed. If empty, no such address is offered.
    /// </summary>
    public string ComplaintAddress { get; set; } = "";

    /// <summary>Our own mailboxes, for code that composes messages.</summary>
    public ReturnMailboxes ReturnMailboxes => new(BounceAddress, UnsubscribeAddress, ComplaintAddress);

    /// <summary>The settings of the DKIM signatures: see <see cref="DkimSigners"/>.</summary>
    public List<DkimSettings> Dkim { get; set; } = [];

    /// <summary>
    /// How long a message stays in a pickup folder before it is deleted: one hour or more, or 0 if Dispatch deletes nothing there. Each
    /// message contains its reader's address and working links.
    /// </summary>
    public TimeSpan KeepPickupFor { get; set; } = TimeSpan.FromDays(1);

    public IEnumerable<string> Faults()
    {
        for (var index = 0; index < Relays.Count; index++)
            foreach (var fault in Relays[index].Faults(index))
                yield return fault;
        for (var index = 0; index < Dkim.Count; index++)
            foreach (var fault in Dkim[index].Faults(index))
                yield return fault;
        if (HeloNames.Fault(HeloName) is { } helo)
            yield return $"Mail:HeloName {helo}";
        if (KeepPickupFor != TimeSpan.Zero && (KeepPickupFor < TimeSpan.FromHours(1) || KeepPickupFor > TimeSpan.FromDays(3660)))
            yield return $"Mail:KeepPickupFor is {KeepPickupFor}: use an hour or more, e.g. 1.00:00:00 for a day, or 0 to clear "
                + "nothing";
        if (BounceAddress.Length > 0 && !IsAddress(BounceAddress))
            yield return "Mail:BounceAddress is not an address: use one such as bounces@example.org";
        if (UnsubscribeAddress.Length > 0 && !IsAddress(UnsubscribeAddress))
            yield return "Mail:UnsubscribeAddress is not an address: use one such as unsubscribe@example.org";
        if (ComplaintAddress.Length > 0 && !IsAddress(ComplaintAddress))
            yield return "Mail:ComplaintAddress is not an address: use one such as complaints@example.org";
    }

    private static bool IsAddress(string text) =>
        MimeKit.MailboxAddress.TryParse(text, out var mailbox) && text.Contains('@') && System.Text.Ascii.IsValid(mailbox.LocalPart)
        && (mailbox.Address == text || mailbox.GetAddress(idnEncode: true) == text);
}

/// <summary>The settings of one relay: its address and its limits.</summary>
public sealed class RelaySettings
{
    /// <summary>The relay's address: see <see cref="RelayUrl"/>.</summary>
    public string Url { get; set; } = "pickup:outbox";

    /// <summary>The maximum number of connections that are open at once; 1 to 500.</summary>
    public int Connections { get; set; } = 8;

    /// <summary>The maximum number of messages per second. Null if there is no limit.</summary>
    public double? MessagesPerSecond { get; set; }

    /// <summary>The relay's share of the load, relative to the weights of other relays.</summary>
    public int Weight { get; set; } = 1;

    /// <summary>The name given to this relay in EHLO. If null, the name from <see cref="MailSettings.HeloName"/> is used.</summary>
    public string? HeloName { get; set; }

    public IEnumerable<string> Faults(int index)
    {
        var key = $"Mail:Relays:{index}";
        if (!RelayUrl.TryParse(Url, out _, out var fault))
            yield return $"{key}:Url {fault}, e.g. smtp://user:password@mail.example.org:587?tls=starttls";
        if (HeloNames.Fault(HeloName) is { } helo)
            yield return $"{key}:HeloName {helo}";
        if (Connections is < 1 or > 500)
            yield return $"{key}:Connections is {Connections}: use 1 to 500, e.g. 8";
        if (!DeliverySettings.IsRate(MessagesPerSecond))
            yield return $"{key}:MessagesPerSecond is {MessagesPerSecond}: use more than 0, e.g. 50, or nothing for no limit";
        if (Weight < 1)
            yield return $"{key}:Weight is {Weight}: use 1 or more, e.g. 1";
    }
}
