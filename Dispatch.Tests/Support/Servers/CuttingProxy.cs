using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Dispatch.Tests.Support.Servers;

/// <summary>Passes connections on to a port of this machine, and cuts one off when its client sends a certain command.</summary>
internal sealed class CuttingProxy : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource ending = new();
    private readonly int to;
    private readonly Task accepting;

    public CuttingProxy(int to)
    {
        this.to = to;
        listener.Start();
        accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    /// <summary>The command before which the next connection is cut, such as <c>UID MOVE</c>. Null for none.</summary>
    public string? CutBefore { get; set; }

    /// <summary>How many connections were cut.</summary>
    public int Cut { get; private set; }

    public async ValueTask DisposeAsync()
    {
        await ending.CancelAsync();
        listener.Stop();
        await accepting;
        ending.Dispose();
    }

    private async Task AcceptAsync()
    {
        var all = new List<Task>();
        try
        {
            while (true)
                all.Add(PassAsync(await listener.AcceptTcpClientAsync(ending.Token)));
        }
        catch (Exception fault) when (fault is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(all);
        }
    }

    private async Task PassAsync(TcpClient client)
    {
        using var _ = client;
        using var server = new TcpClient();
        try
        {
            await server.ConnectAsync(IPAddress.Loopback, to, ending.Token);
            await Task.WhenAny(UpAsync(client.GetStream(), server.GetStream()), server.GetStream().CopyToAsync(client.GetStream(),
                ending.Token));
        }
        catch (Exception fault) when (fault is OperationCanceledException or SocketException or IOException)
        {
            // One side has gone.
        }
    }

    private async Task UpAsync(NetworkStream from, NetworkStream server)
    {
        var buffer = new byte[8192];
        int read;
        while ((read = await from.ReadAsync(buffer, ending.Token)) > 0)
        {
            if (CutBefore is { } command && Encoding.ASCII.GetString(buffer, 0, read).Contains(command, StringComparison.OrdinalIgnoreCase))
            {
                CutBefore = null;
                Cut++;
                return;
            }
            await server.WriteAsync(buffer.AsMemory(0, read), ending.Token);
        }
    }
}
