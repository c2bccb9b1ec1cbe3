namespace Dispatch.Worker.Privacy;

/// <summary>
/// The purpose of a reader's link. A link is valid for its own purpose only. Mailed links contain these numbers, so they must not change.
/// </summary>
public enum LinkKind : byte
{
    Unsubscribe = 1,
    Preferences = 2,
    Bounce = 3,

    /// <summary>Undoes an unsubscribe. The token contains the subscription's id and the Unix time at which it ended.</summary>
    Undo = 4,

    /// <summary>Shows a picture of an unsent issue. The token contains the photo's id and the last day on which the link works.</summary>
    Picture = 5,

    /// <summary>
    /// In the envelope sender of a message that belongs to no issue. The token contains the reader's id and the message's id.
    /// </summary>
    MailBounce = 6,

    /// <summary>
    /// In the envelope sender of a test message. The token contains the id and the recipient's position in the list of addresses,
    /// from 1.
    /// </summary>
    TestBounce = 7,
}
