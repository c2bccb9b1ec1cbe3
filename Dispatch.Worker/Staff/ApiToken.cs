namespace Dispatch.Worker.Staff;

/// <summary>A bearer token for the HTTP API. Only its hash is kept; it is shown once, when it is made.</summary>
public class ApiToken
{
    public int Id { get; set; }

    /// <summary>What it is for; no two have the same.</summary>
    public required string Name { get; set; }
    public required string Role { get; set; }

    /// <summary>SHA-256 of the token, 32 bytes.</summary>
    public required byte[] Hash { get; set; }
    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>Null: it never expires.</summary>
    public DateTimeOffset? ExpiresAt { get; set; }

    /// <summary>When it was last used, to within a minute; null: never yet.</summary>
    public DateTimeOffset? LastUsedAt { get; set; }

    /// <summary>The member of staff who made it, and with whose account it ends; null: the command line did.</summary>
    public int? MadeById { get; set; }
}
