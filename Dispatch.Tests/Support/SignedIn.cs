using System.Text.RegularExpressions;
using Dispatch.Tests.Support.Servers;
using Dispatch.Worker.Staff;
using Microsoft.AspNetCore.Identity;

namespace Dispatch.Tests.Support;

/// <summary>Staff at their browsers: an account with some roles, signed in by the real form.</summary>
internal static partial class SignedIn
{
    private const string Password = "a long enough sentence";

    private static int count;

    /// <summary>A client whose requests carry the session's cookie; it follows no redirect.</summary>
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

    /// <summary>Cookies are kept by hand: the jar of HttpClient goes by the machine's clock, and the app by the test's.</summary>
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
