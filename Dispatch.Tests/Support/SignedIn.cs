using System.Text.RegularExpressions;
using Dispatch.Tests.Support.Servers;
using Dispatch.Worker.Staff;
using Microsoft.AspNetCore.Identity;

namespace Dispatch.Tests.Support;

/// <summary>Creates accounts and signs in with the real form.</summary>
internal static partial class SignedIn
{
    private const string Password = "a long enough sentence";

    private static int count;

    /// <summary>Returns a client whose requests carry the session's cookie.</summary>
    public static async Task<HttpClient> As(DispatchApp app, params string[] roles)
    {
        var email = $"staff{Interlocked.Increment(ref count)}@desk.test";
        await app.In<UserManager<StaffMember>, bool>(async staff =>
        {
            var member = new StaffMember { UserName = email, Email = email, EmailConfirmed = true };
            Assert.That((await staff.CreateAsync(member, Password)).Succeeded
                && (await staff.AddToRolesAsync(member, roles)).Succeeded, "the account is made");
            return true;
        });
        var client = app.NewClient();
        var form = await client.GetAsync("/desk/sign-in");
        client.Keep(form);
        var token = FormToken().Match(await form.Content.ReadAsStringAsync()).Groups[1].Value;
        var answer = await client.PostAsync("/desk/sign-in",
            new FormUrlEncodedContent([new("Email", email), new("Password", Password), new("__RequestVerificationToken", token)]));
        Assert.That((int)answer.StatusCode, Is.EqualTo(302), "signed in");
        client.Keep(answer);
        return client;
    }

    /// <summary>
    /// Stores the response's cookies. HttpClient's own cookie jar would judge their expiry by the machine's clock, not the test's.
    /// </summary>
    public static void Keep(this HttpClient client, HttpResponseMessage answer)
    {
        if (!answer.Headers.TryGetValues("Set-Cookie", out var cookies))
            return;
        var kept = client.DefaultRequestHeaders.TryGetValues("Cookie", out var before) ? before.Single() + "; " : "";
        client.DefaultRequestHeaders.Remove("Cookie");
        client.DefaultRequestHeaders.Add("Cookie", kept + string.Join("; ", cookies.Select(cookie => cookie.Split(';')[0])));
    }

    [GeneratedRegex("name=\"__RequestVerificationToken\" type=\"hidden\" value=\"([^\"]+)\"")]
    private static partial Regex FormToken();
}
