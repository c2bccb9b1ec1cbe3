using System.Net.Sockets;

namespace Dispatch.Tests.Support.Servers;

/// <summary>
/// A relay on loopback that keeps every message and gives the answers that a test sets. By default it accepts everything.
/// <code>
/// Smtp.Answers("451 4.7.1 Later", SmtpStep.Recipient, "ana@example.com", times: 1);
/// Smtp.HangsUp(SmtpStep.EndOfData);
/// Smtp.Closes(); … Smtp.Opens();
/// </code>
/// </summary>
internal sealed class ScriptedSmtpServer : IAsyncDisposable
{
    private readonly Lock gate = new();
    private readonly List<Rule> rules = [];
    private readonly List<ReceivedMail> mails = [];
    private readonly List<Task> conversations = [];
    private readonly HashSet<Socket> open = [];
    private readonly HeldPort port = new();
    private TcpListener? listener;
    private int sessions;

    public ScriptedSmtpServer() => Opens();

    /// <summary>The value for <c>Mail:Relays:N:Url</c>.</summary>
    public string Url => Login is var (user, password) ? $"smtp://{user}:{password}@127.0.0.1:{port.Number}?tls=none"
        : $"smtp://127.0.0.1:{port.Number}?tls=none";

    /// <summary>The user and password that the server requires, or null if it requires none.</summary>
    public (string User, string Password)? Login { get; set; }

    /// <summary>The extensions offered in reply to EHLO (RFC 5321 §4.1.1.1).</summary>
    public IReadOnlyList<string> Extensions { get; init; } = ["PIPELINING", "8BITMIME", "SMTPUTF8", "ENHANCEDSTATUSCODES", "SIZE 20000000"];

    /// <summary>Runs when a message has been received, before the server replies.</summary>
    public Action<ReceivedMail>? OnMail { get; set; }

    /// <summary>How many messages the server accepts on one connection, and its reply to the next MAIL. Null means no limit.</summary>
    public (int Mails, string Reply)? Goodbye { get; set; }

    public int Sessions => sessions;

    public IReadOnlyList<ReceivedMail> Mails
    {
        get
        {
            lock (gate)
                return [.. mails];
        }
    }

    /// <summary>The recipients of all messages, in order of arrival.</summary>
    public List<string> Recipients => [.. Mails.Select(mail => mail.Recipient)];

    public IReadOnlyList<ReceivedMail> MailFor(string address) =>
        [.. Mails.Where(mail => mail.Recipient.Equals(address, StringComparison.OrdinalIgnoreCase))];

    /// <summary>Sets a reply, such as <c>550 5.1.1 No such mailbox</c>. A reply with 421 also closes the connection.</summary>
    public void Answers(string reply, SmtpStep step = SmtpStep.Recipient, string? recipient = null, int times = int.MaxValue) =>
        Add(new Rule(step, recipient, reply, times));

    /// <summary>Cuts the connection at a step. At <see cref="SmtpStep.EndOfData"/>, the server has already received the message.</summary>
    public void HangsUp(SmtpStep step, string? recipient = null, int times = 1) => Add(new Rule(step, recipient, null, times));

    /// <summary>Accepts everything again.</summary>
    public void AnswersNormally()
    {
        lock (gate)
            rules.Clear();
    }

    /// <summary>Refuses new connections and cuts the existing ones.</summary>
    public void Closes()
    {
        lock (gate)
        {
            listener?.Stop();
            listener = null;
            foreach (var socket in open)
                socket.Dispose();
            open.Clear();
        }
    }

    /// <summary>Listens again on the same port.</summary>
    public void Opens()
    {
        lock (gate)
        {
            listener = port.Listen();
            _ = AcceptAsync(listener);
        }
    }

    public async ValueTask DisposeAsync()
    {
        Closes();
        port.Dispose();
        await Task.WhenAll(conversations).WaitAsync(TimeSpan.FromSeconds(30)); // OnMail may still be blocked if the test failed
    }

    /// <summary>Returns the scripted reply to a step, or null for the usual reply.</summary>
    internal SmtpAnswer? Asked(SmtpStep step, string? recipient)
    {
        lock (gate)
        {
            var rule = rules.Find(rule => rule.Step == step && rule.Left > 0
                && (rule.Recipient is null || rule.Recipient.Equals(recipient, StringComparison.OrdinalIgnoreCase)));
            if (rule is null)
                return null;
            rule.Left--;
            return new SmtpAnswer(rule.Reply);
        }
    }

    internal void Took(ReceivedMail mail)
    {
        lock (gate)
            mails.Add(mail);
        OnMail?.Invoke(mail);
    }

    private void Add(Rule rule)
    {
        lock (gate)
            rules.Add(rule);
    }

    private async Task AcceptAsync(TcpListener from)
    {
        try
        {
            while (true)
            {
                var socket = await from.AcceptSocketAsync();
                socket.NoDelay = true;
                lock (gate)
                {
                    if (listener != from)
                    {
                        socket.Dispose();
                        return;
                    }
                    open.Add(socket);
                    conversations.Add(ConverseAsync(socket, ++sessions));
                }
            }
        }
        catch (Exception fault) when (fault is SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // the listener was closed
        }
    }

    private async Task ConverseAsync(Socket socket, int number)
    {
        await Task.Yield();
        try
        {
            await using var stream = new NetworkStream(socket, ownsSocket: true);
            await new SmtpConversation(this, stream, number).RunAsync();
        }
        catch (Exception fault) when (fault is IOException or ObjectDisposedException)
        {
            // the client or Closes() cut the connection
        }
        lock (gate)
            open.Remove(socket);
    }

    private sealed class Rule(SmtpStep step, string? recipient, string? reply, int times)
    {
        public SmtpStep Step => step;
        public string? Recipient => recipient;
        public string? Reply => reply;
        public int Left { get; set; } = times;
    }
}

/// <param name="Reply">The reply, or null to hang up.</param>
internal sealed record SmtpAnswer(string? Reply);

public enum SmtpStep
{
    Connect,
    Hello,
    SignIn,
    Sender,
    Recipient,
    Data,
    EndOfData,
}
