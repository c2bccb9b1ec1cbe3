using Dispatch.Worker.Addresses;

namespace Dispatch.Worker.Subscribers.SignUp.Writing;

/// <summary>A sign-up to be written. Everything that needs no database is prepared beforehand.</summary>
internal sealed class SignUpRow
{
    public required EmailAddress Address { get; init; }
    public required byte[] AddressHash { get; init; }
    public required byte[] SealedAddress { get; init; }

    /// <summary>The slugs of the newsletters. Empty means the first newsletter.</summary>
    public required IReadOnlyList<string> Slugs { get; init; }
    public required byte[] Seed { get; init; }
    public required byte[] TokenHash { get; init; }
    public required byte[]? SealedName { get; init; }
    public required string? Language { get; init; }
    public required string Source { get; init; }

    /// <summary>The tally taken by the message, or null if none is free.</summary>
    public byte[]? Place { get; set; }

    /// <summary>The reader's id, or null for a new reader.</summary>
    public long? SubscriberId { get; set; }

    /// <summary>The newsletters to which the reader has no subscription yet.</summary>
    public int[] Unknown { get; set; } = [];

    /// <summary>The newsletters that the reader has to confirm. Empty if the reader already gets all of them.</summary>
    public int[] ToConfirm { get; set; } = [];

    /// <summary>Whether one of the slugs belongs to no newsletter.</summary>
    public bool UnknownNewsletter { get; set; }

    /// <summary>Fills in what is to be written. Returns false if there is nothing to write.</summary>
    /// <param name="newsletters">All newsletters, oldest first.</param>
    /// <param name="subscriber">The id of the reader with this address, or null if there is none.</param>
    /// <param name="states">The states of the reader's subscriptions, by newsletter.</param>
    /// <param name="isSuppressed">Whether the address may not even be asked.</param>
    public bool Complete(
        IReadOnlyList<(int Id, string Slug)> newsletters, long? subscriber, IReadOnlyDictionary<int, string> states, bool isSuppressed)
    {
        UnknownNewsletter = Slugs.Any(slug => !newsletters.Any(newsletter => newsletter.Slug == slug));
        int[] chosen = [.. (Slugs.Count == 0 ? newsletters.Take(1) : newsletters.Where(newsletter => Slugs.Contains(newsletter.Slug)))
            .Select(newsletter => newsletter.Id)];
        SubscriberId = subscriber;
        Unknown = Array.FindAll(chosen, newsletter => !states.ContainsKey(newsletter));
        ToConfirm = Array.FindAll(chosen, newsletter => states.GetValueOrDefault(newsletter) != nameof(SubscriptionState.Confirmed));
        return !UnknownNewsletter && Place is not null && !isSuppressed;
    }
}
