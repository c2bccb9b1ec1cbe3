namespace Dispatch.Worker.Staff;

/// <summary>A bearer token for the HTTP API. Only its hash is kept; it is shown once, when it is made.</summary>
public class ApiToken
{
    public int Id { get; set; }
    public required string Name { get; set; }
    public required string Role { get; set; }

    /// <summary>SHA-256 of the token, 32 bytes.</summary>
    public required byte[] Hash { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset? ExpiresAt { get; set; }
}
