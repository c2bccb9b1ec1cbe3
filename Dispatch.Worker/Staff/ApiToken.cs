namespace Dispatch.Worker.Staff;

/// <summary>A bearer token for the HTTP API. Only its hash is kept; the token is shown once, when it is created.</summary>
public class ApiToken
{
    public int Id { get; set; }

    /// <summary>What it is for; unique.</summary>
    public required string Name { get; set; }
    public required string Role { get; set; }

    /// <summary>SHA-256 of the token, 32 bytes.</summary>
    public required byte[] Hash { get; set; }
    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>Null: it never expires.</summary>
    public DateTimeOffset? ExpiresAt { get; set; }

    /// <summary>When it was last used, to within a minute; null: never.</summary>
    public DateTimeOffset? LastUsedAt { get; set; }

    /// <summary>The member of staff who made it, whose account's end is also the token's; null: the command line made it.</summary>
    public int? MadeById { get; set; }
}
