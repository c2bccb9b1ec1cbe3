using System.Diagnostics;
using Dispatch.Tests.Support.Samples;
using Dispatch.Tests.Support;
using Dispatch.Worker.Signing;
using Microsoft.Extensions.DependencyInjection;

namespace Dispatch.Tests.Signing;

/// <summary>
/// Has independent programs check messages with two signatures. <see cref="Templates.MailProgramsTests"/> covers messages with one
/// signature.
/// </summary>
[TestFixture(Provider.Sqlite)]
[Category(Needs.Judges)]
public class IndependentJudgesTests(Provider provider) : DispatchTest(provider)
{
    protected override IEnumerable<(string Key, string Value)> Configure()
    {
        File.WriteAllText(Folder["rsa.pem"], SigningKeys.Rsa);
        File.WriteAllText(Folder["ed25519.pem"], SigningKeys.Ed25519);
        return
        [
            ("Mail:Dkim:0:Domain", "sender.test"), ("Mail:Dkim:0:Selector", "s1"), ("Mail:Dkim:0:KeyFile", "rsa.pem"),
            ("Mail:Dkim:1:Domain", "sender.test"), ("Mail:Dkim:1:Selector", "s2"), ("Mail:Dkim:1:KeyFile", "ed25519.pem"),
            ("Site:PublicUrl", "https://news.sender.test"),
        ];
    }

    [Test]
    public async Task Signed_by_both_keys_they_pass_every_judge_that_knows_Ed25519()
    {
        var judged = (await JudgedAsync()).ToLookup(line => line.Contains("Mail::DKIM", StringComparison.Ordinal));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(judged[false].ToList(), Has.Count.EqualTo(12).And.All.StartsWith("pass"));
            // Debian 12's Mail::DKIM does not know Ed25519, and must ignore that signature (RFC 8463 §5).
            Assert.That(judged[true].ToList(), Has.Count.EqualTo(2).And.All.Match("rsa-sha256=pass;.*ed25519-sha256=(pass|invalid)"));
        }
    }

    // Returns one line for each program and message.
    private async Task<IReadOnlyList<string>> JudgedAsync()
    {
        var check = Requires.Mailcheck();
        if (TimeProvider.System.GetUtcNow() - Clock.GetUtcNow() is var late && late > TimeSpan.Zero)
            Clock.Advance(late); // the checking programs use the machine's clock
        await Reader.Subscribes("bo@example.com");
        await Given.ConfirmedSubscriber("ana@example.com", "Žofie Nováková");
        await Given.IssueDueNow(subject: "A road through the steppe", body: SomeText);
        await App.RunUntilIdle();
        var signers = App.Services.GetRequiredService<DkimSigners>().All;
        await File.WriteAllTextAsync(Folder["zone"], $"""
            sender.test TXT v=spf1 ip4:192.0.2.10 -all
            _dmarc.sender.test TXT v=DMARC1; p=reject; adkim=s; aspf=r
            {string.Join('\n', signers.Select(signer => $"{signer.DnsName} TXT {signer.DnsRecord}"))}
            sender.test MX mail.sender.test
            sender.test A 192.0.2.20
            mail.sender.test A 192.0.2.10
            10.2.0.192.in-addr.arpa PTR mail.sender.test

            """);
        await File.WriteAllBytesAsync(Folder["confirmation.eml"], Smtp.MailFor("bo@example.com").Single().Bytes);
        await File.WriteAllBytesAsync(Folder["issue.eml"], Smtp.MailFor("ana@example.com").Single().Bytes);
        var said = await RunAsync(check, "-z", Folder["zone"], "-f", "bounces@sender.test", Folder["confirmation.eml"],
            Folder["issue.eml"]);
        return [.. said.Split('\n').Where(line => line.StartsWith("pass\t", StringComparison.Ordinal)
            || line.StartsWith("FAIL\t", StringComparison.Ordinal))];
    }

    private const string SomeText = """
        A road is being built across the steppe, and nobody who lives beside it has asked for it. The men who pour the asphalt come from the east, the trucks that will use it go to the west.

        ## What the herders say

        They moved their winter camp twice in one year. The compensation that the ministry promised in spring has not come, and the office where they applied for it was closed when we called.

        The ministry told us that payments are made in the order in which the papers arrive, and that the papers of this valley are complete.
        """;

    private static async Task<string> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(
            new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var (said, complained) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(2));
        TestContext.Out.WriteLine(await said);
        return await said + await complained;
    }
}
