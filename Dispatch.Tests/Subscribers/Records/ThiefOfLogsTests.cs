using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Dispatch.Tests.Support;
using Dispatch.Tests.Support.Servers;

namespace Dispatch.Tests.Subscribers.Records;

/// <summary>Even at level Debug, the service's log contains no reader's data.</summary>
[TestFixture(Provider.Sqlite), Category(Needs.Processes)]
public partial class ThiefOfLogsTests(Provider provider) : DispatchTest(provider)
{
    private static readonly string[] Readers = ["wilhelmina@xylophon-verlag.example", "zacharias+news@xylophon-verlag.example"];

    [Test]
    public async Task A_log_at_debug_names_no_reader_who_signs_up_confirms_gets_a_refusal_and_is_erased()
    {
        Clock.SetUtcNow(TimeProvider.System.GetUtcNow()); // the separate process uses the real time
        Smtp.Answers("451 4.2.0 <zacharias+news@xylophon-verlag.example>: zacharias is busy", SmtpStep.Recipient, Readers[1], times: 1);
        var welcomed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Smtp.OnMail = mail =>
        {
            var comes = mail.Links.Any(link => link.AbsolutePath.StartsWith("/confirm/", StringComparison.Ordinal)) ? asked : welcomed;
            comes.TrySetResult();
        };
        Assert.That((await Given.Newsletter()).Slug, Is.Not.Empty, "the database is there");
        await StopAsync();
        await using var dispatch = DispatchProcess.Start("Dispatch.Api.dll", ["Now listening on"],
        [
            .. ProcessSettings(), ("Logging:LogLevel:Default", "Debug"), ("Logging:LogLevel:Microsoft", "Debug"),
                ("Logging:LogLevel:Microsoft.Hosting.Lifetime", "Debug"),
            ("Logging:LogLevel:Hangfire", "Debug"),
        ]);
        await dispatch.Heard;
        using var http = new HttpClient { BaseAddress = new Uri(Address().Match(dispatch.Said).Value) };
        foreach (var reader in Readers)
            (await http.PostAsync("/subscribe", new FormUrlEncodedContent([new("email", reader), new("name", "Brunhilde Sternenfels")])))
                .EnsureSuccessStatusCode();
        await Task.WhenAny(asked.Task, dispatch.Says("Unhandled exception"));
        var confirm = Smtp.MailFor(Readers[0]).Single().Link("/confirm/").AbsolutePath;
        (await http.PostAsync(confirm, new FormUrlEncodedContent([]))).EnsureSuccessStatusCode();
        await Task.WhenAny(welcomed.Task, dispatch.Says("Unhandled exception"));
        await dispatch.TerminateAsync();
        var said = dispatch.Said;
        Assert.That(said, Does.Contain("dbug:"), "the log is one at Debug");
        Assert.That(Marks().Append(confirm.Split('/')[^1])
            .Where(mark => said.Contains(mark, StringComparison.OrdinalIgnoreCase)), Is.Empty);
    }

    private static IEnumerable<string> Marks() =>
    [
        "wilhelmina", "zacharias", "xylophon", "Brunhilde", "Sternenfels",
        .. Readers.Select(reader => SHA256.HashData(Encoding.UTF8.GetBytes(reader)))
            .SelectMany(hash => new[] { Convert.ToHexString(hash), Convert.ToBase64String(hash) }),
    ];

    [GeneratedRegex(@"http://127\.0\.0\.1:[0-9]+")]
    private static partial Regex Address();
}
