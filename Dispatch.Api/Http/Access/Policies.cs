using Dispatch.Worker.Staff;
using Microsoft.AspNetCore.Authorization;

namespace Dispatch.Api.Http.Access;

/// <summary>The authorization policies of pages, the HTTP API and the dashboard.</summary>
internal static class Policies
{
    /// <summary>May write issues and send them.</summary>
    public const string Write = "Write";

    /// <summary>May run the service.</summary>
    public const string Operate = "Operate";

    /// <summary>May change who has access: accounts, roles, tokens, sessions.</summary>
    public const string Administer = "Administer";

    /// <summary>May see who has access.</summary>
    public const string SeePeople = "SeePeople";

    /// <summary>May see issues and their delivery.</summary>
    public const string Staff = "Staff";

    /// <summary>Has at least one role.</summary>
    public const string AnyRole = "AnyRole";

    public static void Add(AuthorizationBuilder authorization) => authorization
        .AddPolicy(Write, policy => policy.RequireRole(StaffRoles.Correspondent, StaffRoles.Editor))
        .AddPolicy(Operate, policy => policy.RequireRole(StaffRoles.Ops))
        .AddPolicy(Administer, policy => policy.RequireRole(StaffRoles.Admin))
        .AddPolicy(SeePeople, policy => policy.RequireRole(StaffRoles.Ops, StaffRoles.Admin))
        .AddPolicy(Staff, policy => policy.RequireRole(StaffRoles.Working))
        .AddPolicy(AnyRole, policy => policy.RequireRole(StaffRoles.All));

    /// <summary>Returns the path and name of the page where a member's work starts.</summary>
    public static (string Path, string Name) HomeOf(Func<string, bool> isIn) =>
        isIn(StaffRoles.Correspondent) || isIn(StaffRoles.Editor) ? ("/desk", "the desk")
        : isIn(StaffRoles.Ops) ? ("/ops", "the deliveries")
        : isIn(StaffRoles.Admin) ? ("/ops/staff", "staff")
        : ("/desk", "the desk");
}
