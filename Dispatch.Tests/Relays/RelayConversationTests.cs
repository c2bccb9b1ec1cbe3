using Dispatch.Worker.Mailing;
using Dispatch.Worker.Relays;
using Dispatch.Worker.Settings;
using MailKit.Net.Smtp;
using MimeKit;

namespace Dispatch.Tests.Relays;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class RelayConversationTests : IDisposable
{
    private readonly List<IDisposable> made = [];

    public void Dispose()
    {
        made.Reverse();
        made.ForEach(one => one.Dispose());
    }

    [Test]
    public void Each_connection_may_end_after_some_mails_and_a_fresh_one_takes_the_next_at_once()
    {
        var mails = new int[10];
        var server = Server((connection, line) => line.StartsWith("MAIL", StringComparison.Ordinal) && mails[connection]++ == 2
            ? "421 4.7.0 Too many messages on this connection" : null);
        var relay = Relay(server);
        Assert.That(Enumerable.Range(0, 7).Select(_ => relay.Send(Mail(), null).Kind), Has.All.EqualTo(ReplyKind.Accepted));
        Assert.That(server.Connections, Is.EqualTo(4));
    }

    [TestCase("452 4.5.3 Too many recipients", "RCPT")]
    [TestCase("452 4.3.1 Insufficient storage", "MAIL")]
    [TestCase("550 5.7.0 Enough from you", "MAIL")]
    [TestCase("421 4.4.2 Idle for too long", "MAIL")]
    [TestCase("421 4.3.2 Going down", ".")]
    [TestCase("", "RCPT")]
    public void What_ends_a_kept_connection_says_nothing_of_the_mail(string reply, string verb)
    {
        var mails = 0;
        var server = Server((connection, line) => connection == 1 && line.StartsWith(verb, StringComparison.Ordinal)
            && ++mails == 2 ? reply : null);
        var relay = Relay(server);
        Assert.That((relay.Send(Mail(), null).Kind, relay.Send(Mail(), null).Kind), Is.EqualTo((ReplyKind.Accepted, ReplyKind.Accepted)));
        Assert.That(server.Connections, Is.EqualTo(2));
    }

    [Test]
    public void One_recipient_at_whom_the_relay_hangs_up_is_deferred_and_no_fault_of_the_relays()
    {
        var relay = Relay(Server((_, line) => line.StartsWith("RCPT TO:<poison", StringComparison.Ordinal) ? "421 4.7.0 Try later" : null));
        for (var round = 0; round < 5; round++)
        {
            Assert.That(relay.Send(Mail("poison@readers.test"), null), Has.Property("Kind")
                .EqualTo(ReplyKind.Transient).And.Property("Code").EqualTo(421));
            Assert.That(relay.Send(Mail(), null).Kind, Is.EqualTo(ReplyKind.Accepted));
        }
    }

    [Test]
    public void A_relay_that_hangs_up_at_every_recipient_is_at_fault_itself()
    {
        var relay = Relay(Server((_, line) => line.StartsWith("RCPT", StringComparison.Ordinal) ? "421 4.7.0 Try later" : null));
        Assert.That(Enumerable.Range(0, 4).Select(_ => relay.Send(Mail(), null).Kind),
            Is.EqualTo(new[] { ReplyKind.Transient, ReplyKind.Transient, ReplyKind.RelayFault, ReplyKind.RelayFault }));
    }

    [TestCase("", "MAIL")]
    [TestCase("421 4.3.2 Going down", "EHLO")]
    [TestCase("421 4.3.2 Going down", "MAIL")]
    public void On_a_fresh_connection_it_is_the_relays(string reply, string verb) =>
        Assert.That(Relay(Server((_, line) => line.StartsWith(verb, StringComparison.Ordinal) ? reply : null))
            .Send(Mail(), null).Kind, Is.EqualTo(ReplyKind.RelayFault));

    [TestCase("250 2.0.0 Taken", ReplyKind.RelayFault, "DATA")]
    [TestCase("220 What?", ReplyKind.RelayFault, "DATA")]
    [TestCase("354 Go on", ReplyKind.Unknown, ".")]
    public void An_answer_to_something_else_is_never_taken_for_accepted(string reply, ReplyKind kind, string verb)
    {
        var server = Server((_, line) => line == verb ? reply : null);
        var relay = Relay(server);
        Assert.That(relay.Send(Mail(), null).Kind, Is.EqualTo(kind));
        relay.Send(Mail(), null);
        Assert.That(server.Connections, Is.EqualTo(2), "nothing more is said on that connection");
    }

    [Test]
    public void After_the_final_dot_ten_minutes_are_waited_and_two_before()
    {
        var waited = new Dictionary<string, TimeSpan>();
        SmtpConnection? connection = null;
        var server = Server((_, line) =>
        {
            if (connection is not null)
                waited[line.Split(' ')[0]] = connection.Waits;
            return null;
        });
        using (connection = SmtpConnection.Open(Url(server), null, TimeProvider.System))
        {
            connection.HandOver(Mail(), null);
            Assert.That((waited["MAIL"], waited["DATA"], waited["."]),
                Is.EqualTo((TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(10))));
            Assert.That(connection.Ask("NOOP").StatusCode, Is.EqualTo(SmtpStatusCode.Ok));
            Assert.That((waited["NOOP"], connection.Waits), Is.EqualTo((TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(2))));
        }
    }

    [TestCase("EHLO")]
    [TestCase("RCPT")]
    [TestCase(".")]
    [TestCase("")]
    public void A_reply_without_end_is_cut_off(string verb)
    {
        var endless = string.Concat(Enumerable.Repeat("250-" + new string('x', 996) + "\r\n", 100));
        var reply = Relay(Server((_, line) => line.Split(' ')[0] == verb ? endless : null)).Send(Mail(), null);
        Assert.That(reply, Has.Property("Kind").AnyOf(ReplyKind.RelayFault, ReplyKind.Unknown, ReplyKind.Transient).And.Property("Text")
            .Contains("does not end"));
    }

    [TestCase("ana@xn--bcher-kva.test", false, "RCPT TO:<ana@xn--bcher-kva.test>")]
    [TestCase("j\u00FCrgen@readers.test", true, "RCPT TO:<j\u00FCrgen@readers.test>")]
    [TestCase("ana@readers.test", false, "RCPT TO:<ana@readers.test>")]
    public void SMTPUTF8_is_asked_for_where_a_local_part_needs_it_and_nowhere_else(string address, bool asked, string recipient)
    {
        var server = Server((_, _) => null);
        Assert.That(Relay(server).Send(Mail(address), null).Kind, Is.EqualTo(ReplyKind.Accepted));
        Assert.That(server.Lines.Single(line => line.StartsWith("MAIL", StringComparison.Ordinal))
            .Contains("SMTPUTF8", StringComparison.Ordinal), Is.EqualTo(asked));
        Assert.That(server.Lines, Has.Some.StartsWith(recipient));
    }

    [Test]
    public void A_reader_who_needs_SMTPUTF8_is_mailed_after_readers_who_do_not()
    {
        var server = Server((_, _) => null);
        var relay = Relay(server);
        string[] readers =
            ["ana@readers.test", "j\u00FCrgen@readers.test", "ana@xn--bcher-kva.test", "j\u00FCrgen@readers.test", "ana@readers.test"];
        Assert.That(readers.Select(reader => relay.Send(Mail(reader), null).Kind), Has.All.EqualTo(ReplyKind.Accepted));
        Assert.That(server.Lines.Where(line => line.StartsWith("MAIL", StringComparison.Ordinal))
            .Select(line => line.Contains("SMTPUTF8", StringComparison.Ordinal)), Is.EqualTo(new[] { false, true, false, true, false }));
        Assert.That(server.Connections, Is.EqualTo(2), "one is kept but after the domain with an A-label");
    }

    [Test]
    public void A_reader_who_needs_SMTPUTF8_of_a_relay_without_it_fails_by_name_and_nothing_is_sent()
    {
        var server = Server((_, _) => null, "PIPELINING", "8BITMIME");
        var reply = Relay(server).Send(Mail("j\u00FCrgen@readers.test"), null);
        Assert.That(reply, Has.Property("IsNotOffered").True.And.Property("Text").Contains("SMTPUTF8"));
        Assert.That(server.Lines, Has.None.StartsWith("MAIL"));
    }

    [Test]
    public void Without_a_name_EHLO_gives_an_address_literal_and_never_the_machines_bare_name()
    {
        var server = Server((_, _) => null);
        Relay(server).Send(Mail(), null);
        Assert.That(server.Lines.First(), Is.EqualTo("EHLO [127.0.0.1]"));
    }

    [TestCase("mail.example.org", ExpectedResult = "EHLO mail.example.org")]
    [TestCase("[192.0.2.1]", ExpectedResult = "EHLO [192.0.2.1]")]
    [TestCase("[IPv6:2001:db8::1]", ExpectedResult = "EHLO [IPv6:2001:db8::1]")]
    public string EHLO_says_the_name_that_was_set(string name)
    {
        var server = Server((_, _) => null);
        Relay(server, helo: name).Send(Mail(), null);
        return server.Lines.First();
    }

    [TestCase("own.example.org", "set.example.org", "bounces@mail.example.org", ExpectedResult = "own.example.org")]
    [TestCase(null, "set.example.org", "bounces@mail.example.org", ExpectedResult = "set.example.org")]
    [TestCase(null, "", "bounces@mail.example.org", ExpectedResult = "mail.example.org")]
    [TestCase(null, "", "bounces@localhost", ExpectedResult = "news.example.org")]
    [TestCase(null, "", "", "news@localhost.localdomain", ExpectedResult = "site.example.org")]
    [TestCase(null, "", "", "news@b\u00FCcher.example", ExpectedResult = "xn--bcher-kva.example")]
    [TestCase(null, "", "", "news@localhost", "http://localhost:5080", ExpectedResult = null)]
    [TestCase(null, "", "", "news@localhost", "http://192.0.2.1", ExpectedResult = null)]
    public string? The_name_is_the_houses(
        string? own, string set, string bounces, string from = "News <news@news.example.org>", string site = "https://site.example.org") =>
        HeloNames.Of(new RelaySettings { HeloName = own }, new MailSettings { HeloName = set, BounceAddress = bounces },
            from, new SiteSettings { PublicUrl = site });

    [TestCase("vm")]
    [TestCase("mail server.example.org")]
    [TestCase("localhost.localdomain")]
    [TestCase("192.0.2.1")]
    [TestCase("[nowhere]")]
    public void A_name_that_servers_refuse_is_refused_at_the_start(string name) =>
        Assert.That(new MailSettings { HeloName = name, Relays = [new RelaySettings { HeloName = name }] }.Faults(),
            Is.EquivalentTo(new[] { "Mail:HeloName", "Mail:Relays:0:HeloName" }.Select(key => $"{key} {HeloNames.Fault(name)}")));

    [Test]
    public void A_password_is_not_sent_in_clear_where_STARTTLS_was_stripped()
    {
        var server = Server((_, _) => null, "AUTH PLAIN LOGIN");
        var reply = Relay(server, "user:secret@", query: "").Send(Mail(), null);
        Assert.That(reply, Has.Property("Kind").EqualTo(ReplyKind.RelayRefusal).And.Property("Text")
            .Contains("STARTTLS").And.Property("Text").Contains("tls=none"));
        Assert.That(server.Lines, Has.None.StartsWith("AUTH"));
    }

    [TestCase("454 4.7.0 Temporary authentication failure", ReplyKind.RelayFault, "right now (454 4.7.0)")]
    [TestCase("535 5.7.8 news@example.org: wrong password", ReplyKind.RelayRefusal, "refused the user name or password (535 5.7.8)")]
    public void A_refused_sign_in_is_told_as_what_it_is(string answer, ReplyKind kind, string told)
    {
        var reply = Relay(Server((_, line) => line.StartsWith("AUTH", StringComparison.Ordinal) ? answer : null, "AUTH PLAIN"),
            "news:secret@").Send(Mail(), null);
        Assert.That(reply, Has.Property("Kind").EqualTo(kind).And.Property("Text").Contains(told));
        Assert.That(reply.Text, Does.Not.Contain("secret").And.Not.Contain("news@"));
    }

    [TestCase("RCPT", "554 5.7.1 Relay access denied", "accepts no email for other domains: 554 5.7.1 Relay access denied")]
    [TestCase("RCPT", "504 5.5.2 <vm>: Helo command rejected: need fully-qualified hostname", "set Mail:HeloName")]
    [TestCase("MAIL", "553 5.7.1 Sender address rejected: not owned by user", "refuses the envelope sender")]
    [TestCase("EHLO", "421 4.7.0 Try again later, closing connection. (EHLO)", "disconnected")]
    public void Doctor_goes_as_far_as_a_recipient_and_says_what_is_refused(string verb, string answer, string told)
    {
        var server = Server((_, line) => line.StartsWith(verb, StringComparison.Ordinal) ? answer : null);
        Assert.That(Relay(server).Probe("bounces@sender.test").Fault, Does.Contain(told));
        Assert.That(server.Lines, Has.None.EqualTo("DATA"));
    }

    [TestCase("250 2.1.5 OK")]
    [TestCase("556 5.1.10 Domain does not accept mail")]
    public void Doctor_is_content_with_a_relay_that_would_take_mail_and_says_how_it_is_talked_to(string answer)
    {
        var server = Server((_, line) => line.StartsWith("RCPT", StringComparison.Ordinal) ? answer : null);
        var probe = Relay(server, helo: "mail.example.org").Probe("bounces@sender.test");
        Assert.That(probe.Fault, Is.Null);
        Assert.That(probe.Says, Is.EqualTo("says mail.example.org, not encrypted, without signing in"));
        Assert.That(server.Lines, Is.SupersetOf(new[] { "MAIL FROM:<bounces@sender.test>", "RSET", "QUIT" }));
    }

    // WireMail, Replies and SmtpConnection depend on MailKit's internals, so check them before you upgrade the package.
    [Test]
    public void MailKit_is_the_version_whose_inside_was_looked_at() =>
        Assert.That(System.Diagnostics.FileVersionInfo.GetVersionInfo(typeof(SmtpClient).Assembly.Location).FileVersion,
            Does.StartWith("4.18.2"));

    [TestCase("RCPT", "550 5.1.1 User unknown", Description = "it sends RSET after a refusal, and swallows its failure")]
    [TestCase(".", "554 5.7.1 Spam")]
    public void A_refusal_after_which_the_relay_hangs_up_keeps_its_reply(string verb, string answer)
    {
        var relay = Relay(Server((_, line) => line.StartsWith(verb, StringComparison.Ordinal) ? answer : line == "RSET" ? "" : null));
        var reply = relay.Send(Mail(), null);
        Assert.That(reply, Has.Property("Kind").EqualTo(ReplyKind.Permanent).And.Property("Code").EqualTo(int.Parse(answer[..3], null)));
    }

    [Test]
    public void A_mail_goes_over_the_wire_as_it_is_and_its_content_only_after_leave_was_given()
    {
        var server = Server((_, _) => null, "PIPELINING", "CHUNKING", "BINARYMIME", "8BITMIME");
        var relay = Relay(server);
        Assert.That(relay.Send(Mail(), () => false).Kind, Is.EqualTo(ReplyKind.NotBegun));
        Assert.That(server.Lines, Has.None.EqualTo("."), "a mail held back is not sent");
        Assert.That(relay.Send(Mail(), () => true).Kind, Is.EqualTo(ReplyKind.Accepted));
        Assert.That(server.Lines, Has.None.StartsWith("BDAT").And.One.EqualTo("."));
        Assert.That(server.Connections, Is.EqualTo(2), "the first one's DATA can't be taken back");
    }

    [TestCase("RCPT", "550 5.1.1 User unknown", "503 5.5.1 RCPT first", 1)]
    [TestCase("RCPT", "451 4.3.0 Later", "554-5.5.1 Error:\r\n554 5.5.1 no valid recipients", 1)]
    [TestCase("RCPT", "550-5.1.1 No such\r\n550 5.1.1 user", "503", 1)]
    [TestCase("MAIL", "550 5.6.7 Not from there", "503 5.5.1 MAIL first", 1)]
    [TestCase("RCPT", "550 5.1.1 User unknown", "354 Go on", 2)]
    [TestCase("RCPT", "450 4.2.1 Later", "", 2)]
    public void After_a_refused_envelope_the_reply_to_DATA_is_nobody_elses(string verb, string refusal, string toData, int connections)
    {
        var refused = 0; // the number of the connection whose envelope was refused
        var server = Server((connection, line) =>
        {
            if (line.StartsWith("MAIL", StringComparison.Ordinal))
                refused = 0;
            if (line.StartsWith(verb, StringComparison.Ordinal) && line.Contains("gone", StringComparison.Ordinal))
                refused = connection;
            return refused != connection ? null : line switch
            {
                "DATA" => toData,
                "RSET" => null,
                _ when line.StartsWith(verb, StringComparison.Ordinal) => refusal,
                _ => "503 5.5.1 MAIL first",
            };
        });
        var relay = Relay(server);
        var reply = relay.Send(Mail("gone@readers.test", "gone@sender.test"), null);
        Assert.That(reply.Code, Is.EqualTo(int.Parse(refusal[..3], null)));
        Assert.That(server.Lines, Has.None.EqualTo("."));
        Assert.That(relay.Send(Mail(), null).Kind, Is.EqualTo(ReplyKind.Accepted));
        Assert.That(server.Connections, Is.EqualTo(connections));
    }

    [Test]
    public void Without_PIPELINING_each_command_waits_for_its_reply()
    {
        var server = Server((_, line) => line.StartsWith("RCPT", StringComparison.Ordinal) ? "550 5.1.1 User unknown" : null, "8BITMIME");
        Assert.That(Relay(server).Send(Mail(), null).Code, Is.EqualTo(550));
        Assert.That(server.Lines, Has.None.EqualTo("DATA"));
    }

    private TalkingServer Server(Func<int, string, string?> answer, params string[] extensions)
    {
        var server = extensions.Length > 0 ? new TalkingServer(answer) { Extensions = extensions } : new TalkingServer(answer);
        made.Add(server);
        return server;
    }

    private SmtpRelay Relay(TalkingServer server, string login = "", string query = "?tls=none", string? helo = null)
    {
        var relay = new SmtpRelay(Url(server, login, query), 1, helo, TimeProvider.System);
        made.Add(relay);
        return relay;
    }

    private static RelayUrl Url(TalkingServer server, string login = "", string query = "?tls=none") =>
        RelayUrl.TryParse($"smtp://{login}127.0.0.1:{server.Port}{query}", out var url, out var fault) ? url
            : throw new FormatException(fault);

    private static WireMail Mail(string to = "ana@readers.test", string sender = "bounces@sender.test")
    {
        using var message = new MimeMessage { Subject = "A road", Body = new TextPart("plain") { Text = "It is being built." } };
        message.From.Add(new MailboxAddress("News", "news@sender.test"));
        message.To.Add(new MailboxAddress("", to));
        return WireMail.Of(message, new MailboxAddress("", sender), message.To.Mailboxes.Single());
    }
}
