using Dispatch.Worker.Database;
using Microsoft.AspNetCore.Identity;

namespace Dispatch.Worker.Staff;

/// <summary>A staff account. Its roles (<see cref="StaffRoles"/>) decide what it may do.</summary>
public class StaffMember : IdentityUser<int>
{
    /// <summary>When the person last signed in, or null if never.</summary>
    public DateTimeOffset? LastSignInAt { get; set; }
}

/// <summary>The roles of accounts and API tokens.</summary>
public static class StaffRoles
{
    /// <summary>Writes and sends issues, and may look at the job dashboard.</summary>
    public const string Correspondent = "correspondent";

    /// <summary>May do the same as a correspondent.</summary>
    public const string Editor = "editor";

    /// <summary>Runs the service: deliveries, jobs and readers' requests.</summary>
    public const string Ops = "ops";

    /// <summary>Manages access: accounts, roles, tokens and sessions. May do nothing else without another role.</summary>
    public const string Admin = "admin";

    public static readonly IReadOnlyList<string> All = [Correspondent, Editor, Ops, Admin];

    /// <summary>The roles that work on issues and their delivery.</summary>
    public static readonly IReadOnlyList<string> Working = [Correspondent, Editor, Ops];

    /// <summary>The roles, separated by commas, for use in a sentence.</summary>
    public static string InWords { get; } = string.Join(", ", All);
}

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
        /// <summary>
        /// Which account has which role. For use in a subquery, assign this to a variable first, because an expression tree can't contain
        /// the property.
        /// </summary>
        internal IQueryable<GivenRole> GivenRoles =>
            from given in db.UserRoles
            join role in db.Roles on given.RoleId equals role.Id
            select new GivenRole { StaffId = given.UserId, Role = role.Name! };
    }
}
