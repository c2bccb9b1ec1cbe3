namespace Dispatch.Worker.Staff;

/// <summary>A browser that is signed in. Its IP address and name are not stored.</summary>
public class StaffSession
{
    /// <summary>The SHA-256 of the secret in the browser's cookie, 32 bytes.</summary>
    public required byte[] Hash { get; set; }
    public int StaffId { get; set; }
    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>When the person last did something in this session, to within five minutes.</summary>
    public DateTimeOffset SeenAt { get; set; }
}
