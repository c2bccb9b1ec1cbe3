using Dispatch.Worker.Database;
using Dispatch.Worker.Settings;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Dispatch.Worker.Staff;

/// <summary>Accounts, roles, one-time links and API tokens: the part that a verb needs. Signing in is Api's.</summary>
public static class StaffServices
{
    /// <summary>In characters, like the longest.</summary>
    public const int ShortestPassword = 12;
    public const int LongestPassword = 256;

    /// <summary>The message for one that is shorter or longer.</summary>
    public static readonly string Length = $"A password needs {ShortestPassword} to {LongestPassword} characters.";

    public static IServiceCollection AddDispatchStaff(this IServiceCollection services)
    {
        // For staff sessions and links, and for forms: none of them outlives its keys. What readers gave us and the links in their mails
        // belong to Privacy.KeyRing, which says why. The application name makes a link printed by a verb valid on the running site.
        services.AddDataProtection().SetApplicationName("Dispatch");
        services.AddOptions<KeyManagementOptions>().Configure<DataFolder, ILoggerFactory>((keys, data, logs) =>
            keys.XmlRepository = new FileSystemXmlRepository(new DirectoryInfo(data.Create("keys")), logs));
        services.AddIdentityCore<StaffMember>(SetRules).AddRoles<IdentityRole<int>>().AddEntityFrameworkStores<DispatchDb>()
            .AddDefaultTokenProviders().AddPasswordValidator<GuessablePasswords>();
        services.AddSingleton<FirstAccount>();
        services.AddScoped<Accounts>();
        services.AddScoped<StaffSessions>().AddScoped<SignIns>();
        services.AddSingleton<SignInTallies>().AddSingleton<KnownBrowsers>();
        // The hasher keeps no state from a request: one for all.
        services.AddSingleton<IPasswordHasher<StaffMember>, PasswordHasher<StaffMember>>().AddSingleton<PasswordWork>();
        services.AddScoped<ApiTokens>();
        return services;
    }

    private static void SetRules(IdentityOptions identity)
    {
        identity.User.RequireUniqueEmail = true;
        identity.User.AllowedUserNameCharacters = ""; // the name is the address: anything an address may contain
        // Only length (NIST SP 800-63B §5.1.1): rules about symbols make people write passwords down.
        identity.Password.RequiredLength = ShortestPassword;
        identity.Password.RequireDigit = identity.Password.RequireLowercase = identity.Password.RequireUppercase =
            identity.Password.RequireNonAlphanumeric = false;
        identity.Password.RequiredUniqueChars = 1;
        identity.Lockout.AllowedForNewUsers = false; // SignIns counts instead, and does so even for addresses that nobody has
    }
}
