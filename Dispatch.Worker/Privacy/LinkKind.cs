namespace Dispatch.Worker.Privacy;

/// <summary>
/// The purpose of a reader's link. A link is valid for its own purpose only. The numbers must not change, because links that have been
/// mailed contain them.
/// </summary>
public enum LinkKind : byte
{
    Unsubscribe = 1,
    Preferences = 2,
    Bounce = 3,

    /// <summary>Undoes an unsubscription. The token holds the subscription's id and the second in which the subscription ended.</summary>
    Undo = 4,

    /// <summary>
    /// Shows a picture of an issue that has not gone out. The token holds the photo's id and the last day on which the link works.
    /// </summary>
    Picture = 5,

    /// <summary>
    /// For the envelope sender of a message that belongs to no issue. The token holds the reader's id and the message's id.
    /// </summary>
    MailBounce = 6,

    /// <summary>
    /// For the envelope sender of a test message. The token holds the id and the recipient's position in the list of addresses,
    /// counted from 1.
    /// </summary>
    TestBounce = 7,
}
