using Microsoft.AspNetCore.Identity;

namespace Dispatch.Worker.Staff;

/// <summary>Somebody who signs in: a correspondent, an editor or ops (see <see cref="StaffRoles"/>).</summary>
public class StaffMember : IdentityUser<int>;

/// <summary>What members of staff and API tokens may do.</summary>
public static class StaffRoles
{
    /// <summary>Writes and sends issues; may look at the job dashboard.</summary>
    public const string Correspondent = "correspondent";

    /// <summary>As a correspondent, for every newsletter.</summary>
    public const string Editor = "editor";

    /// <summary>Runs the service: deliveries, jobs, readers' wishes.</summary>
    public const string Ops = "ops";

    public static readonly IReadOnlyList<string> All = [Correspondent, Editor, Ops];
}
