using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Dispatch.Tests.Support.Servers;

/// <summary>
/// A DNS resolver on loopback (RFC 1035 §4.1) with the records that a test adds. No other name exists.
/// <code>Dns.Text("sender.test", "v=spf1 -all");</code>
/// </summary>
internal sealed class ScriptedDnsServer : IDisposable
{
    private const int TextType = 16;
    private const int AddressType = 1;
    private const int PointerType = 12;
    private const int ExchangerType = 15;

    private readonly Lock gate = new();
    private readonly List<(string Name, int Type, byte[] Data)> records = [];
    private readonly Socket socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);

    public ScriptedDnsServer()
    {
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _ = ServeAsync();
    }

    /// <summary>The value for <c>Dns:Servers:N</c>.</summary>
    public string Address => socket.LocalEndPoint!.ToString()!;

    public bool IsSilent { get; set; }

    /// <summary>Names that the resolver does not answer, as if the names' own servers did not respond.</summary>
    public ConcurrentDictionary<string, bool> SilentNames { get; } = new();

    public void Text(string name, string text) =>
        Add(name, TextType, [.. text.Chunk(255).SelectMany(part => (byte[])[(byte)part.Length, .. Encoding.ASCII.GetBytes(part)])]);

    public void Host(string name, string address) => Add(name, AddressType, IPAddress.Parse(address).GetAddressBytes());

    public void Pointer(string address, string name) =>
        Add(string.Join('.', address.Split('.').Reverse()) + ".in-addr.arpa", PointerType, NameBytes(name));

    /// <summary>Adds an MX record. An empty host means that the domain accepts no mail (RFC 7505).</summary>
    public void MailExchanger(string name, byte preference, string host) =>
        Add(name, ExchangerType, [0, preference, .. host.Length == 0 ? [0] : NameBytes(host)]);

    /// <summary>The number of questions received.</summary>
    public int Questions { get; private set; }

    public void Dispose() => socket.Dispose();

    private void Add(string name, int type, byte[] data)
    {
        lock (gate)
            records.Add((name, type, data));
    }

    private async Task ServeAsync()
    {
        var question = new byte[4096];
        try
        {
            while (true)
            {
                var got = await socket.ReceiveFromAsync(question, new IPEndPoint(IPAddress.Any, 0));
                Questions++;
                if (!IsSilent && !SilentNames.ContainsKey(ReadName(question.AsSpan(12, got.ReceivedBytes - 12)).Name))
                    await socket.SendToAsync(Answer(question.AsSpan(0, got.ReceivedBytes)), got.RemoteEndPoint);
            }
        }
        catch (Exception fault) when (fault is SocketException or ObjectDisposedException)
        {
            // the socket was disposed
        }
    }

    private byte[] Answer(ReadOnlySpan<byte> question)
    {
        var (name, at) = ReadName(question[12..]);
        var asked = question.Slice(12, at + 4);
        var type = BinaryPrimitives.ReadUInt16BigEndian(asked[at..]);
        List<(string Name, int Type, byte[] Data)> found;
        bool known;
        lock (gate)
        {
            known = records.Exists(record => record.Name == name);
            found = records.FindAll(record => record.Name == name && record.Type == type);
        }
        // The third and fourth bytes are flags: an answer, recursion available, and NXDOMAIN for a name without any record.
        List<byte> answer = [question[0], question[1], 0x81, known ? (byte)0x80
            : (byte)0x83, 0, 1, 0, (byte)found.Count, 0, 0, 0, 0, .. asked];
        foreach (var (_, _, data) in found)
            // 0xC00C points to the name in the question.
            answer.AddRange([0xC0, 12, 0, (byte)type, 0, 1, 0, 0, 0, 60, (byte)(data.Length >> 8), (byte)data.Length, .. data]);
        return [.. answer];
    }

    private static (string Name, int Length) ReadName(ReadOnlySpan<byte> bytes)
    {
        var labels = new List<string>();
        var at = 0;
        for (; bytes[at] != 0; at += bytes[at] + 1)
            labels.Add(Encoding.ASCII.GetString(bytes.Slice(at + 1, bytes[at])));
        return (string.Join('.', labels).ToLowerInvariant(), at + 1);
    }

    private static byte[] NameBytes(string name) =>
        [.. name.Split('.').SelectMany(label => (byte[])[(byte)label.Length, .. Encoding.ASCII.GetBytes(label)]), 0];
}
