using System.CommandLine;
using System.Globalization;
using Dispatch.Worker.Audit;
using Dispatch.Worker.Staff;

namespace Dispatch.Api.Hosting;

/// <summary>
/// The verbs <c>staff</c> and <c>token</c>, which grant and revoke access. Lists are tab-separated, with one header line.
/// </summary>
internal static class StaffVerbs
{
    public static Command Staff(string[] settings) => new("staff", "Manages the accounts of correspondents, editors, ops and admins.")
    {
        Add(settings), List(settings), Role(settings), Remove(settings),
    };

    public static Command Token(string[] settings) => new("token", "Manages tokens for the HTTP API.")
    {
        Create(settings), ListTokens(settings), Revoke(settings),
    };

    private static Command Add(string[] settings)
    {
        var email = Email();
        var role = new Option<string[]>("--role")
        {
            Description = $"What the person may do: {StaffRoles.InWords}; may be given several times.",
            Required = true,
        };
        role.AcceptOnlyFromAmong([.. StaffRoles.All]);
        const string adds = "Creates an account and prints a one-time link to set its password; for an existing account, adds the role and "
            + "prints a new link.";
        var add = new Command("add", adds) { email, role };
        add.SetAction((parsed, cancel) => ApiHost.WithServicesAsync(settings, async services => Told(
            await services.GetRequiredService<Accounts>()
                .AddAsync(parsed.GetRequiredValue(email), parsed.GetRequiredValue(role), Actor.CommandLine, cancel),
            done => done.Link ?? "")));
        return add;
    }

    private static Command List(string[] settings)
    {
        var list = new Command("list", "Lists accounts, with their roles and last sign-in.");
        list.SetAction((_, cancel) => ApiHost.WithServicesAsync(settings, async services =>
        {
            var rows = from member in await services.GetRequiredService<Accounts>().ListAsync(cancel)
                       let signedIn = member.HasPassword ? Day(member.LastSignInAt) : "no password yet"
                       select (string[])[member.Email, string.Join(",", member.Roles), signedIn, Number(member.Sessions),
                           Number(member.Tokens)];
            return Table(["email", "roles", "last sign-in", "sessions", "tokens"], rows);
        }));
        return list;
    }

    private static Command Role(string[] settings)
    {
        var email = Email();
        var roles = new Argument<string[]>("ROLE")
        {
            Description = $"The person's roles from now on: {StaffRoles.InWords}; one or more.",
            Arity = ArgumentArity.OneOrMore,
        };
        roles.AcceptOnlyFromAmong([.. StaffRoles.All]);
        var role = new Command("role", "Changes a person's roles at once.") { email, roles };
        role.SetAction((parsed, cancel) => OfAsync(settings, parsed.GetRequiredValue(email), async (accounts, id) =>
            Told(await accounts.SetRolesAsync(id, parsed.GetRequiredValue(roles), Actor.CommandLine, cancel),
                _ => $"{parsed.GetRequiredValue(email)} is now {string.Join(", ", parsed.GetRequiredValue(roles).Distinct())}.")));
        return role;
    }

    private static Command Remove(string[] settings)
    {
        var email = Email();
        var remove = new Command("remove", "Removes an account, and at once ends its sessions and the tokens its owner created.") { email };
        remove.SetAction((parsed, cancel) => OfAsync(settings, parsed.GetRequiredValue(email), async (accounts, id) =>
            Told(await accounts.RemoveAsync(id, Actor.CommandLine, cancel),
                _ => $"{parsed.GetRequiredValue(email)} is removed and signed out everywhere.")));
        return remove;
    }

    private static Command Create(string[] settings)
    {
        var name = new Argument<string>("NAME") { Description = "What the token is for, such as website." };
        var role = new Option<string>("--role") { Description = $"What it may do: {StaffRoles.InWords}.", Required = true };
        role.AcceptOnlyFromAmong([.. StaffRoles.All]);
        var expires = new Option<int?>("--expires")
        {
            Description = $"Days until it stops working, 1 to {ApiTokens.MostDays}; {ApiTokens.DefaultDays} by default.",
        };
        expires.Validators.Add(given =>
        {
            if (given.GetValue(expires) is < 1 or > ApiTokens.MostDays)
                given.AddError($"--expires: give a number of days from 1 to {ApiTokens.MostDays}.");
        });
        var create = new Command("create", "Creates an API token and prints it once; only its hash is stored.") { name, role, expires };
        create.SetAction((parsed, cancel) => ApiHost.WithServicesAsync(settings, async services =>
            await services.GetRequiredService<ApiTokens>().CreateAsync(
                parsed.GetRequiredValue(name), parsed.GetRequiredValue(role), parsed.GetValue(expires), Actor.CommandLine, cancel) switch
            {
                TokenOutcome.Made made => Verbs.Done(made.Token),
                TokenOutcome.Refused refused => Verbs.Refused(refused.Why),
                var other => throw new InvalidOperationException($"expected Made or Refused, got {other}"),
            }));
        return create;
    }

    private static Command ListTokens(string[] settings)
    {
        var list = new Command("list", "Lists tokens, with when each was created, last used, and expires.");
        list.SetAction((_, cancel) => ApiHost.WithServicesAsync(settings, async services =>
        {
            var rows = from token in await services.GetRequiredService<ApiTokens>().ListAsync(cancel)
                       select (string[])[token.Name, token.Role, Day(token.CreatedAt), Day(token.LastUsedAt), Day(token.ExpiresAt)];
            return Table(["name", "role", "created", "last used", "expires"], rows);
        }));
        return list;
    }

    private static Command Revoke(string[] settings)
    {
        var name = new Argument<string>("NAME") { Description = "The token's name, as shown by token list." };
        var revoke = new Command("revoke", "Revokes a token at once.") { name };
        revoke.SetAction((parsed, cancel) => ApiHost.WithServicesAsync(settings, async services =>
            await services.GetRequiredService<ApiTokens>().RevokeAsync(parsed.GetRequiredValue(name), Actor.CommandLine, cancel)
                ? Verbs.Done($"{parsed.GetRequiredValue(name)} is revoked.")
                : Verbs.Refused($"There is no token named {parsed.GetRequiredValue(name)}. Run token list to see them.")));
        return revoke;
    }

    private static Argument<string> Email() => new("EMAIL") { Description = "The account's email address." };

    private static Task<int> OfAsync(string[] settings, string email, Func<Accounts, int, Task<int>> act) =>
        ApiHost.WithServicesAsync(settings, async services =>
        {
            var accounts = services.GetRequiredService<Accounts>();
            return await accounts.IdOfAsync(email) is { } id
                ? await act(accounts, id)
                : Verbs.Refused($"{email} has no account. Run staff list to see who has.");
        });

    private static int Told(AccountOutcome outcome, Func<AccountOutcome.Done, string> say) => outcome switch
    {
        AccountOutcome.Done done => Verbs.Done(say(done)),
        AccountOutcome.Refused refused => Verbs.Refused(refused.Why),
        _ => Verbs.Refused("That account no longer exists."),
    };

    private static int Table(string[] heads, IEnumerable<string[]> rows)
    {
        foreach (var row in rows.Prepend(heads))
            Console.WriteLine(string.Join('\t', row));
        return 0;
    }

    private static string Day(DateTimeOffset? at) => at?.ToString("yyyy-MM-dd HH:mm'Z'", CultureInfo.InvariantCulture) ?? "never";

    private static string Number(int count) => count.ToString(CultureInfo.InvariantCulture);
}
