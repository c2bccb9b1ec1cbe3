using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Dispatch.Tests.Relays;

/// <summary>
/// A server that answers each line as the test says: null for the usual, "" for hanging up. After 354 the mail comes, of which the final
/// dot is the line. What it was told, and on which connection, it keeps.
/// </summary>
internal sealed class TalkingServer : IDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly Lock gate = new();
    private readonly List<(int Connection, string Line)> heard = [];
    private readonly Func<int, string, string?> answer;
    private int connections;

    /// <param name="answer">The connection's number from 1, and the line.</param>
    public TalkingServer(Func<int, string, string?> answer)
    {
        this.answer = answer;
        listener.Start();
        _ = AcceptAsync();
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    public string[] Extensions { get; init; } = ["PIPELINING", "8BITMIME", "SMTPUTF8", "ENHANCEDSTATUSCODES"];

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
            // closed
        }
    }

    private async Task ConverseAsync(TcpClient client, int number)
    {
        try
        {
            using var _ = client;
            using var stream = client.GetStream();
            using var reader = new StreamReader(stream, Encoding.UTF8);
            var content = false;
            var say = answer(number, "") ?? "220 relay.test";
            while (say.Length > 0)
            {
                await stream.WriteAsync(Encoding.UTF8.GetBytes(say + "\r\n"));
                if (say.StartsWith("421", StringComparison.Ordinal))
                    return;
                if (await LineAsync(reader, content && say.StartsWith("354", StringComparison.Ordinal)) is not { } line)
                    return;
                content = line == "DATA";
                lock (gate)
                    heard.Add((number, line));
                say = answer(number, line) ?? Usual(line);
            }
        }
        catch (Exception fault) when (fault is IOException or SocketException or ObjectDisposedException)
        {
            // the client hung up
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
        "EHLO" => string.Join("\r\n", new[] { "relay.test" }.Concat(Extensions).Select((word, index) => $"250{(index == Extensions.Length ? ' ' : '-')}{word}")),
        "DATA" => "354 Go on",
        "AUTH" => "235 2.7.0 Welcome",
        "QUIT" => "221 Bye",
        _ => "250 2.0.0 OK",
    };
}
