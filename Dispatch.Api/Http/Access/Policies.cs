using Dispatch.Worker.Staff;
using Microsoft.AspNetCore.Authorization;

namespace Dispatch.Api.Http.Access;

/// <summary>Who may do what: the same names for pages, the HTTP API and the dashboard.</summary>
internal static class Policies
{
    /// <summary>Write issues and send them.</summary>
    public const string Write = "Write";

    /// <summary>Run the service.</summary>
    public const string Operate = "Operate";

    /// <summary>Decide who has access: accounts, roles, tokens, sessions.</summary>
    public const string Administer = "Administer";

    /// <summary>View who has access.</summary>
    public const string SeePeople = "SeePeople";

    /// <summary>View issues and their delivery: everybody who works on them.</summary>
    public const string Staff = "Staff";

    /// <summary>Any role at all.</summary>
    public const string AnyRole = "AnyRole";

    public static void Add(AuthorizationBuilder authorization) => authorization
        .AddPolicy(Write, policy => policy.RequireRole(StaffRoles.Correspondent, StaffRoles.Editor))
        .AddPolicy(Operate, policy => policy.RequireRole(StaffRoles.Ops))
        .AddPolicy(Administer, policy => policy.RequireRole(StaffRoles.Admin))
        .AddPolicy(SeePeople, policy => policy.RequireRole(StaffRoles.Ops, StaffRoles.Admin))
        .AddPolicy(Staff, policy => policy.RequireRole(StaffRoles.Working))
        .AddPolicy(AnyRole, policy => policy.RequireRole(StaffRoles.All));

    /// <summary>The path and name of the page where somebody's work starts.</summary>
    public static (string Path, string Name) HomeOf(Func<string, bool> isIn) =>
        isIn(StaffRoles.Correspondent) || isIn(StaffRoles.Editor) ? ("/desk", "the desk")
        : isIn(StaffRoles.Ops) ? ("/ops", "the deliveries")
        : isIn(StaffRoles.Admin) ? ("/ops/staff", "staff")
        : ("/desk", "the desk");
}
