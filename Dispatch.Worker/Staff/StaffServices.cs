using Dispatch.Worker.Database;
using Dispatch.Worker.Settings;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Dispatch.Worker.Staff;

/// <summary>
/// Registers accounts, roles, one-time links and API tokens, for the site and for command-line verbs. Signing in is registered in
/// Dispatch.Api.
/// </summary>
public static class StaffServices
{
    /// <summary>The minimum length of a password, in characters.</summary>
    public const int ShortestPassword = 12;
    public const int LongestPassword = 256;

    /// <summary>The message for a password that is too short or too long.</summary>
    public static readonly string Length = $"A password needs {ShortestPassword} to {LongestPassword} characters.";

    public static IServiceCollection AddDispatchStaff(this IServiceCollection services)
    {
        // Data protection is used for staff sessions, links and forms, and not for readers' data (see the remarks of Privacy.KeyRing). With
        // a fixed application name, a link printed by a command-line verb is valid on the running site.
        services.AddDataProtection().SetApplicationName("Dispatch");
        // DataProtectionHostedService would read the keys at the start. Without it, they are read when the first cookie, link or form needs
        // them.
        if (services.FirstOrDefault(service => service.ImplementationType?.Name == "DataProtectionHostedService") is { } eager)
            services.Remove(eager);
        services.AddOptions<KeyManagementOptions>().Configure<DataFolder, ILoggerFactory>((keys, data, logs) =>
            keys.XmlRepository = new FileSystemXmlRepository(new DirectoryInfo(data.Create("keys")), logs));
        services.AddIdentityCore<StaffMember>(SetRules).AddRoles<IdentityRole<int>>().AddEntityFrameworkStores<DispatchDb>()
            .AddDefaultTokenProviders().AddPasswordValidator<GuessablePasswords>();
        services.AddSingleton<FirstAccount>();
        services.AddScoped<Accounts>();
        services.AddScoped<StaffSessions>().AddScoped<SignIns>();
        services.AddSingleton<SignInTallies>().AddSingleton<KnownBrowsers>();
        // The hasher has no state, so one instance serves all requests.
        services.AddSingleton<IPasswordHasher<StaffMember>, PasswordHasher<StaffMember>>().AddSingleton<PasswordWork>();
        services.AddScoped<ApiTokens>();
        return services;
    }

    private static void SetRules(IdentityOptions identity)
    {
        identity.User.RequireUniqueEmail = true;
        identity.User.AllowedUserNameCharacters = ""; // the user name is an email address: any character is allowed
        // Only the length is required (NIST SP 800-63B section 5.1.1), because rules about symbols make people write passwords down.
        identity.Password.RequiredLength = ShortestPassword;
        identity.Password.RequireDigit = identity.Password.RequireLowercase = identity.Password.RequireUppercase =
            identity.Password.RequireNonAlphanumeric = false;
        identity.Password.RequiredUniqueChars = 1;
        identity.Lockout.AllowedForNewUsers = false; // SignIns counts attempts instead
    }
}
