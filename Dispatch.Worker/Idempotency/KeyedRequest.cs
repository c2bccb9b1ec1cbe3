namespace Dispatch.Worker.Idempotency;

/// <summary>A request with an idempotency key, and its answer. Key and request are stored only as hashes.</summary>
public class KeyedRequest
{
    /// <summary>A hash of the caller and the key, 32 bytes. Two callers can therefore use the same key.</summary>
    public required byte[] Key { get; set; }

    /// <summary>The keyed hash of the request, 32 bytes. It shows whether a caller reuses a key for a different request.</summary>
    public required byte[] RequestHash { get; set; }

    /// <summary>The status of the HTTP response, or null while the request is being processed.</summary>
    public int? Status { get; set; }
    public string? ContentType { get; set; }
    public string? Location { get; set; }
    public string? ETag { get; set; }
    public byte[]? Body { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
}
