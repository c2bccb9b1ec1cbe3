namespace Dispatch.Worker.Privacy;

/// <summary>What a reader's link is for; a link of one kind is invalid as any other. The numbers are in links already mailed.</summary>
public enum LinkKind : byte
{
    Unsubscribe = 1,
    Preferences = 2,
    Bounce = 3,

    /// <summary>Takes back an unsubscribe; its numbers are the subscription's and the second it ended in.</summary>
    Undo = 4,

    /// <summary>Shows a picture of an issue that has not gone out; its numbers are the photo's and the last day it works on.</summary>
    Picture = 5,

    /// <summary>In the envelope sender of a mail to one reader outside any issue; its numbers are the reader's and the mail's.</summary>
    MailBounce = 6,

    /// <summary>
    /// In the envelope sender of a test; its numbers are the and the position of the address among those it went to, from 1.
    /// </summary>
    TestBounce = 7,
}
