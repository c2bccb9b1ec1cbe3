using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Dispatch.Tests.Relays;

/// <summary>
/// An SMTP server that answers each line as the test says, and records the lines. A message's whole content counts as one line.
/// </summary>
internal sealed class TalkingServer : IDisposable
{
    private const string ReadyForTls = "220 2.0.0 Ready";

    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly Lock gate = new();
    private readonly List<(int Connection, string Line)> heard = [];
    private readonly Func<int, string, string?> answer;
    private int connections;

    /// <param name="answer">Returns the reply to a line on a connection (1, 2, …). Null is the usual reply, and "" hangs up.</param>
    public TalkingServer(Func<int, string, string?> answer)
    {
        this.answer = answer;
        listener.Start();
        _ = AcceptAsync();
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    public string[] Extensions { get; init; } = ["PIPELINING", "8BITMIME", "SMTPUTF8", "ENHANCEDSTATUSCODES"];

    /// <summary>The certificate for STARTTLS, or null to offer no STARTTLS.</summary>
    public X509Certificate2? Certificate { get; init; }

    public int Connections => connections;

    public IReadOnlyList<(int Connection, string Line)> Heard
    {
        get
        {
            lock (gate)
                return [.. heard];
        }
    }

    public IEnumerable<string> Lines => Heard.Select(heard => heard.Line);

    public void Dispose() => listener.Dispose();

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
                _ = ConverseAsync(await listener.AcceptTcpClientAsync(), Interlocked.Increment(ref connections));
        }
        catch (Exception fault) when (fault is SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // the listener was closed
        }
    }

    private async Task ConverseAsync(TcpClient client, int number)
    {
        try
        {
            using var _ = client;
            Stream stream = client.GetStream();
            var reader = new StreamReader(stream, Encoding.UTF8);
            var content = false;
            var say = answer(number, "") ?? "220 relay.test";
            while (say.Length > 0)
            {
                await stream.WriteAsync(Encoding.UTF8.GetBytes(say + "\r\n"));
                if (say.StartsWith("421", StringComparison.Ordinal))
                    return;
                if (say is ReadyForTls)
                {
                    var secured = new SslStream(stream);
                    await secured.AuthenticateAsServerAsync(Certificate!);
                    (stream, reader) = (secured, new StreamReader(secured, Encoding.UTF8));
                }
                if (await LineAsync(reader, content && say.StartsWith("354", StringComparison.Ordinal)) is not { } line)
                    return;
                content = line == "DATA";
                lock (gate)
                    heard.Add((number, line));
                say = answer(number, line) ?? Usual(line);
            }
        }
        catch (Exception fault) when (fault is IOException or SocketException or ObjectDisposedException or AuthenticationException)
        {
            // the client hung up or did not trust the certificate
        }
    }

    private static async Task<string?> LineAsync(StreamReader reader, bool content)
    {
        string? line;
        do
            line = await reader.ReadLineAsync();
        while (content && line is not null and not ".");
        return line;
    }

    private string Usual(string line) => line.Split(' ')[0] switch
    {
        "EHLO" => string.Join("\r\n", Extensions.Append(Certificate is null ? "HELP" : "STARTTLS").Prepend("relay.test")
            .Select((word, index) =>
            $"250{(index == Extensions.Length + 1 ? ' ' : '-')}{word}")),
        "STARTTLS" when Certificate is not null => ReadyForTls,
        "DATA" => "354 Go on",
        "AUTH" => "235 2.7.0 Welcome",
        "QUIT" => "221 Bye",
        _ => "250 2.0.0 OK",
    };
}
