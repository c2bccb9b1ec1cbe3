namespace Dispatch.Worker.Idempotency;

/// <summary>
/// A request that its caller marked with a key, and the answer to it. Neither the key nor the request can be read from it: both are hashes.
/// </summary>
public class KeyedRequest
{
    /// <summary>Hash of the caller and the key, 32 bytes: two callers may choose the same key.</summary>
    public required byte[] Key { get; set; }

    /// <summary>Keyed hash of the request, 32 bytes: the same key with a different request is a mistake.</summary>
    public required byte[] RequestHash { get; set; }

    /// <summary>The answer's status; null while the request is being processed.</summary>
    public int? Status { get; set; }
    public string? ContentType { get; set; }
    public string? Location { get; set; }
    public string? ETag { get; set; }
    public byte[]? Body { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
}
