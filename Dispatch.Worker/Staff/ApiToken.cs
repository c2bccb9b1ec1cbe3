namespace Dispatch.Worker.Staff;

/// <summary>A bearer token for the HTTP API. Only its hash is stored. The token itself is shown once, when it is created.</summary>
public class ApiToken
{
    public int Id { get; set; }

    /// <summary>What the token is for. Unique.</summary>
    public required string Name { get; set; }
    public required string Role { get; set; }

    /// <summary>The SHA-256 of the token, 32 bytes.</summary>
    public required byte[] Hash { get; set; }
    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>When the token expires, or null if never.</summary>
    public DateTimeOffset? ExpiresAt { get; set; }

    /// <summary>When the token was last used, to within a minute, or null if never.</summary>
    public DateTimeOffset? LastUsedAt { get; set; }

    /// <summary>
    /// The id of the account that made the token, or null if it was made on the command line. The token is deleted with this account.
    /// </summary>
    public int? MadeById { get; set; }
}
