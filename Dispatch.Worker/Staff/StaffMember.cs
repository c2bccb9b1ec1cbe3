using Dispatch.Worker.Database;
using Microsoft.AspNetCore.Identity;

namespace Dispatch.Worker.Staff;

/// <summary>Somebody who signs in (see <see cref="StaffRoles"/>).</summary>
public class StaffMember : IdentityUser<int>
{
    /// <summary>Null: never.</summary>
    public DateTimeOffset? LastSignInAt { get; set; }
}

/// <summary>What members of staff and API tokens may do.</summary>
public static class StaffRoles
{
    /// <summary>Writes and sends issues; may look at the job dashboard.</summary>
    public const string Correspondent = "correspondent";

    /// <summary>As a correspondent, for every newsletter.</summary>
    public const string Editor = "editor";

    /// <summary>Runs the service: deliveries, jobs, readers' wishes.</summary>
    public const string Ops = "ops";

    /// <summary>Manages access: accounts, roles, tokens, sessions. Works on nothing else, unless given another role too.</summary>
    public const string Admin = "admin";

    public static readonly IReadOnlyList<string> All = [Correspondent, Editor, Ops, Admin];

    /// <summary>Those who work on issues and their delivery.</summary>
    public static readonly IReadOnlyList<string> Working = [Correspondent, Editor, Ops];

    /// <summary>For a sentence: the possible roles.</summary>
    public static string InWords { get; } = string.Join(", ", All);
}

/// <summary>A role given to a member.</summary>
internal sealed class GivenRole
{
    public required int StaffId { get; init; }

    /// <summary>One of <see cref="StaffRoles.All"/>.</summary>
    public required string Role { get; init; }
}

internal static class GivenRoleRows
{
    extension(DispatchDb db)
    {
        /// <summary>Who has which role. In a sub-query, assign it to a variable first: an expression can't hold it.</summary>
        internal IQueryable<GivenRole> GivenRoles =>
            from given in db.UserRoles
            join role in db.Roles on given.RoleId equals role.Id
            select new GivenRole { StaffId = given.UserId, Role = role.Name! };
    }
}
