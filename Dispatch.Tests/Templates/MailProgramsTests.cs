using System.Diagnostics;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using AngleSharp.Html.Parser;
using Dispatch.Tests.Support.Samples;
using Dispatch.Tests.Support;
using Dispatch.Worker.Audit;
using Dispatch.Worker.Issues;
using Dispatch.Worker.Issues.Files;
using Dispatch.Worker.Signing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Dispatch.Tests.Templates;

/// <summary>Has linters and independent programs check every kind of message, and the sample issue with its photos.</summary>
[TestFixture(Provider.Sqlite)]
[Category(Needs.Judges)]
public partial class MailProgramsTests(Provider provider) : DispatchTest(provider)
{
    // The messages are made once for all tests, because the sample's photos take long to process.
    private static readonly SemaphoreSlim Making = new(1);
    private static (IReadOnlyList<(string Name, ReceivedMail Mail)> Mails, string DkimRecord)? made;

    private const string Ana = "ana@example.com";
    private const string Anna = "anna@example.com";

    protected override IEnumerable<(string Key, string Value)> Configure()
    {
        File.WriteAllText(Folder["rsa.pem"], SigningKeys.Rsa);
        return
        [
            ("Site:PublicUrl", "https://news.sender.test"), ("Newsletters:0:PostalAddress", "Vinohradská 159A\nPrague"),
            ("Mail:Dkim:0:Domain", "sender.test"), ("Mail:Dkim:0:Selector", "s1"), ("Mail:Dkim:0:KeyFile", "rsa.pem"),
        ];
    }

    [Test]
    public async Task Gmail_shows_the_sample_issue_whole_and_every_link_is_in_the_text_part_too()
    {
        foreach (var (name, mail) in (await MadeAsync()).Mails)
        {
            Assert.That(Encoding.UTF8.GetByteCount(mail.Html), Is.LessThan(102_000), $"{name}: Gmail hides what is beyond 102 kB");
            var text = SpacesAndBreaks().Replace(mail.Text, "");
            var links = new HtmlParser().ParseDocument(mail.Html).QuerySelectorAll("a[href]")
                .Where(link => link.Closest("[aria-hidden]") is null) // the honeypot link is for robots only
                .Select(link => link.GetAttribute("href")!).Distinct().ToList();
            Assert.That(links.Where(link => !text.Contains(link, StringComparison.Ordinal)), Is.Empty, name);
        }
    }

    [Test]
    public async Task Gmail_Outlook_and_Apple_Mail_know_all_that_the_mails_use()
    {
        var linters = Requires.MailLinters();
        foreach (var (name, mail) in (await MadeAsync()).Mails)
            await File.WriteAllTextAsync(Folder[$"{name}.html"], mail.Html);
        var said = await RunAsync(linters.Node, linters.Folder,
            ["--input-type=module", "-e", Linting, .. Names.Select(name => Folder[$"{name}.html"])]);
        var faults = JsonSerializer.Deserialize<string[]>(said)!
            .Where(fault => !Harmless.Any(known =>
                known.Programs.Any(program => fault.EndsWith($": {program} does not know {known.Feature}", StringComparison.Ordinal))));
        Assert.That(faults, Is.Empty);
    }

    [Test]
    public async Task Every_judge_passes_them_and_SpamAssassin_gives_none_a_point()
    {
        var check = Requires.Mailcheck();
        var (mails, dkimRecord) = await MadeAsync();
        foreach (var (name, mail) in mails)
            await File.WriteAllBytesAsync(Folder[$"{name}.eml"], mail.Bytes);
        await File.WriteAllTextAsync(Folder["zone"], $"""
            sender.test TXT v=spf1 ip4:192.0.2.10 -all
            _dmarc.sender.test TXT v=DMARC1; p=reject; adkim=s; aspf=r
            {dkimRecord}
            sender.test MX mail.sender.test
            sender.test A 192.0.2.20
            mail.sender.test A 192.0.2.10
            10.2.0.192.in-addr.arpa PTR mail.sender.test

            """);
        var said = await Task.WhenAll(Names.Chunk(Names.Length / 2 + 1) // two processes with half of the messages each
            .Select(names => RunAsync(check, Folder.Path,
                ["-z", Folder["zone"], "-f", "bounces@sender.test", "-s", "1.0", .. names.Select(name => Folder[$"{name}.eml"])])));
        var judged = said.SelectMany(text => text.Split('\n')).Where(line => line.StartsWith("pass\t", StringComparison.Ordinal)
            || line.StartsWith("FAIL\t", StringComparison.Ordinal)).ToList();
        Assert.That(judged, Has.Count.EqualTo(7 * Names.Length).And.All.StartsWith("pass"));
    }

    // Every kind of message except the reminder, which comes a day too late for programs that use the machine's clock.
    private static readonly string[] Names = ["confirmation", "welcome", "issue", "already", "link", "check", "changed"];

    // Features that some mail programs do not support, and what their readers miss. Any other unsupported feature fails the test.
    private static readonly (string Feature, string[] Programs, string Why)[] Harmless =
    [
        ("<style> element", ["gmail.mobile-webmail"], "no dark colors and no narrower edges; all that matters is on the elements"),
        ("@media", ["gmail.mobile-webmail", "outlook.windows", "outlook.windows-mail"], "the same; and Windows has no phone"),
        ("<body> element", ["outlook.macos"], "it puts its own in place; the outer table has the color too"),
        ("role attribute", ["outlook.windows-mail"], "it tells a screen reader of tables; without it all others would too"),
        ("display:none", ["gmail.mobile-webmail"],
            "the preview line is one pixel high there, in the color behind it; what else would hide it Outlook does not know"),
        ("aria-hidden attribute", ["outlook.windows-mail"],
            "on the robots' link, hidden there by mso-hide; Gmail in a phone's browser has only this to keep it from being read out"),
        ("word-break", ["outlook.windows-mail"],
            "a long link is on one line; elsewhere it would push a phone's page apart, and what else breaks it fewer programs know"),
    ];

    private async Task<(IReadOnlyList<(string Name, ReceivedMail Mail)> Mails, string DkimRecord)> MadeAsync()
    {
        await Making.WaitAsync();
        try
        {
            return made ??= ([.. await MailsAsync()],
                App.Services.GetRequiredService<DkimSigners>().All.Select(signer => $"{signer.DnsName} TXT {signer.DnsRecord}").Single());
        }
        finally
        {
            Making.Release();
        }
    }

    private async Task<IEnumerable<(string Name, ReceivedMail Mail)>> MailsAsync()
    {
        if (TimeProvider.System.GetUtcNow() - Clock.GetUtcNow() is var late && late > TimeSpan.Zero)
            Clock.Advance(late); // the checking programs use the machine's clock
        var sample = Directory.GetFiles(Shared.Folder("issues"), "*.md").Single();
        var read = (IssueFileReading.Read)await IssueFile.ReadAsync(sample, CancellationToken.None);
        var stored = await App.In<IssueIntake, IssueOutcome>(async intake =>
            await intake.StoreAsync("china-in-eurasia", read.File, await intake.DevelopAsync(read.File), Actor.CommandLine));
        await Reader.SubscribesAndConfirms(Ana, "Žofie Nováková");
        await using (var db = App.OpenDb())
        {
            var issue = await db.Issues.SingleAsync(issue => issue.Id == ((IssueOutcome.Done)stored).Issue.Id);
            issue.ScheduleFor(Clock.GetUtcNow());
            await db.SaveChangesAsync();
        }
        await App.RunUntilIdle();
        await Reader.Subscribes(Ana);
        await App.RunUntilIdle();
        await Reader.Presses(Smtp.MailFor(Ana)[^1].Link("/preferences/").AbsolutePath);
        await App.RunUntilIdle();
        await Reader.Presses(Smtp.MailFor(Ana)[^1].Link("/preferences/").AbsolutePath, ("do", "address"), ("email", Anna));
        await App.RunUntilIdle();
        await Reader.Presses(Smtp.MailFor(Anna).Single().Link("/address/").AbsolutePath);
        await App.RunUntilIdle();
        var mails = Smtp.MailFor(Ana);
        Assert.That(mails, Has.Count.EqualTo(Names.Length - 1));
        return Names.Zip([.. mails.Take(5), .. Smtp.MailFor(Anna), mails[^1]]);
    }

    // Allows deprecated attributes and conditional comments, because Outlook needs them.
    private const string Linting = """
        import { caniemail } from 'caniemail';
        import { HtmlValidate } from 'html-validate';
        import { readFileSync } from 'node:fs';
        const rules = { 'no-deprecated-attr': 'off', 'no-conditional-comment': 'off' };
        const htmlvalidate = new HtmlValidate({ extends: ['html-validate:standard'], rules });
        const faults = [];
        for (const file of process.argv.slice(1)) {
          const html = readFileSync(file, 'utf8');
          const report = await htmlvalidate.validateString(html);
          for (const result of report.results)
            for (const message of result.messages) faults.push(`${file}:${message.line}: ${message.ruleId}: ${message.message}`);
          const { issues } = caniemail({ clients: ['gmail.*', 'outlook.*', 'apple-mail.*'], html });
          for (const [client, found] of issues.errors)
            for (const issue of found) faults.push(`${file}: ${client} does not know ${issue.title}`);
        }
        process.stdout.write(JSON.stringify([...new Set(faults)]));
        """;

    private static async Task<string> RunAsync(string program, string folder, IEnumerable<string> arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder
        })!;
        var (said, complained) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(2));
        TestContext.Out.WriteLine($"{await said}\n{await complained}");
        return await said;
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex SpacesAndBreaks();
}
