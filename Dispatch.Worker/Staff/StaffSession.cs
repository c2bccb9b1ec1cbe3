namespace Dispatch.Worker.Staff;

/// <summary>A browser that is signed in (see <see cref="StaffSessions"/>). Neither its IP address nor its name is kept.</summary>
public class StaffSession
{
    /// <summary>SHA-256 of the secret in the browser's cookie, 32 bytes.</summary>
    public required byte[] Hash { get; set; }
    public int StaffId { get; set; }
    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>When somebody last worked in it, to within five minutes.</summary>
    public DateTimeOffset SeenAt { get; set; }
}
