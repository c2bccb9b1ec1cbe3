using Dispatch.Worker.Subscribers.Mails;

namespace Dispatch.Api.Pages.Desk.Readers;

/// <summary>The words in which a reader's page shows kinds and states.</summary>
public static class ReaderWords
{
    public static string Of(SubscriberMailKind kind) => kind switch
    {
        SubscriberMailKind.Confirmation => "Request to confirm",
        SubscriberMailKind.Welcome => "Welcome",
        SubscriberMailKind.Reminder => "Reminder to confirm",
        SubscriberMailKind.AlreadyThere => "Already subscribed",
        SubscriberMailKind.OneTimeLink => "Link to the preferences",
        SubscriberMailKind.AddressCheck => "Check of a new address",
        SubscriberMailKind.AddressChanged => "Notice of the new address",
        _ => kind.ToString(),
    };

    public static string Of(SubscriberMailState state) => state switch
    {
        SubscriberMailState.Dropped => "not sent: no longer needed",
        _ => state.ToString().ToLowerInvariant(),
    };

    /// <summary>Returns what an audit entry about a reader says in words, or its action's name if there are none.</summary>
    public static string Deed(string action) => action switch
    {
        "address.asked" => "asked to change the address",
        "address.changed" => "changed the address",
        "bounce.undone" => "undid a bounce",
        "confirmation.reminded" => "sent a reminder to confirm",
        "confirmation.renewed" => "asked for a new link to confirm",
        "confirmation.scanned" => "noticed a mail scanner",
        "preferences.asked" => "asked for a link to the preferences",
        "preferences.changed" => "changed the preferences",
        "reader.exported" => "downloaded the data",
        "reader.seen" => "opened this page",
        "subscription.confirmed" => "confirmed a subscription",
        "subscription.ended" => "unsubscribed",
        "subscription.paused" => "paused",
        "subscription.resumed" => "ended the pause",
        "subscription.undone" => "undid the unsubscription",
        _ => action,
    };
}
