namespace Dispatch.Worker.Bounces.Consequences;

/// <summary>Whose message came back.</summary>
/// <param name="Proof">How this is known.</param>
/// <param name="SubscriberId">The reader, or null for a test message.</param>
/// <param name="IssueId">The issue, or null for a message that belongs to none.</param>
/// <param name="MailId">The message to a single reader, or null.</param>
public sealed record Owner(BounceProof Proof, long? SubscriberId, int? IssueId, long? MailId);
