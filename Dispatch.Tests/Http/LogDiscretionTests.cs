using System.Net.Http.Json;
using System.Text.RegularExpressions;
using Dispatch.Tests.Support;
using Dispatch.Tests.Support.Servers;
using Dispatch.Worker.Audit;
using Dispatch.Worker.Staff;

namespace Dispatch.Tests.Http;

/// <summary>At the most detailed log level, no line of a real process contains a reader's data or a link to a reader's page.</summary>
[TestFixture(Provider.Sqlite)]
public partial class LogDiscretionTests(Provider provider) : DispatchTest(provider)
{
    [Test]
    public async Task No_log_at_any_level_holds_a_token_or_an_address()
    {
        var ana = await Given.ConfirmedSubscriber("ana.canary@readers.test", "Ana Canary");
        var (unsubscribe, preferences) = (Reader.UnsubscribePath(ana), Reader.PreferencesPath(ana));
        var token = ((TokenOutcome.Made)await App.In<ApiTokens, TokenOutcome>(
            tokens => tokens.CreateAsync("test", StaffRoles.Ops, null, Actor.CommandLine))).Token;
        await StopAsync();
        var came = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Smtp.OnMail = _ => came.TrySetResult();
        string[] loud = ["Default", "Microsoft", "Microsoft.AspNetCore", "Microsoft.AspNetCore.Hosting.Diagnostics",
            "Microsoft.AspNetCore.Mvc.RazorPages", "Microsoft.EntityFrameworkCore", "Hangfire"];
        await using var dispatch = DispatchProcess.Start("Dispatch.Api.dll", ["  data "],
        [
            .. ProcessSettings(), .. loud.Select(category => ($"Logging:LogLevel:{category}", "Trace")),
                ("Logging:Console:LogLevel:Microsoft.AspNetCore.Routing", "Trace"),
            ("Logging:Console:FormatterName", "simple"), ("Logging:Console:FormatterOptions:IncludeScopes", "true"),
                ("Worker:Embedded", "true"),
        ]);
        await dispatch.Heard;
        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false });
        http.BaseAddress = new Uri(Listens().Match(dispatch.Said).Value);

        await http.GetAsync(unsubscribe);
        await http.PostAsync(unsubscribe, new FormUrlEncodedContent([new("List-Unsubscribe", "One-Click")]));
        await http.GetAsync(preferences);
        await http.GetAsync($"/nonesuch/{unsubscribe[13..]}?email=ana.canary@readers.test");
        await http.PostAsync("/subscribe", new FormUrlEncodedContent([new("email", "ben.canary@readers.test"), new("name", "Ben Canary")]));
        await http.PostAsync("/api/v1/subscriptions", JsonContent.Create(new { email = "ben.canary@readers" }));
        await http.PostAsync("/api/v1/subscriptions",
            new StringContent("{\"email\": ben.canary@readers.test", System.Text.Encoding.UTF8, "application/json"));
        await http.PostAsync("/desk/sign-in",
            new FormUrlEncodedContent([new("Email", "eve.canary@readers.test"), new("Password", "Canary's password")]));
        http.DefaultRequestHeaders.Authorization = new("Bearer", token);
        var found = await http.PostAsync("/api/v1/readers/search", JsonContent.Create(new { email = "ana.canary@readers.test" }));
        Assert.That(await found.Content.ReadAsStringAsync(), Does.Contain("Ana Canary"));
        await http.GetAsync("/api/v1/issues/ana.canary@readers.test");
        await came.Task.WaitAsync(TimeSpan.FromMinutes(1));
        var confirm = Confirm().Match(Smtp.MailFor("ben.canary@readers.test").Single().Text).Value;
        await http.GetAsync(confirm);
        await http.PostAsync(confirm, null);
        await dispatch.TerminateAsync();

        var said = dispatch.Said;
        Assert.That(said, Does.Contain("dbug:").Or.Contain("trce:"), "it is loud");
        Assert.That(said, Does.Not.Contain("canary").IgnoreCase);
        foreach (var path in new[] { unsubscribe, preferences, confirm })
            Assert.That(said, Does.Not.Contain(path[(path.LastIndexOf('/') + 1)..]), path.Split('/')[1]);
        Assert.That(said, Does.Not.Contain(token));
    }

    [GeneratedRegex(@"http://127\.0\.0\.1:\d+")]
    private static partial Regex Listens();

    [GeneratedRegex(@"/confirm/[\w-]+")]
    private static partial Regex Confirm();
}
