using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Dispatch.Tests.Support.Servers;

/// <summary>
/// Passes connections on to a port of this machine, and cuts one off, or holds a command back, when its client sends it.
/// </summary>
internal sealed class CuttingProxy : IAsyncDisposable
{
    private readonly HeldPort port = new();
    private TcpListener listener;
    private TaskCompletionSource held = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource ending = new();
    private readonly int to;
    private Task accepting;

    public CuttingProxy(int to)
    {
        this.to = to;
        listener = port.Listen();
        accepting = AcceptAsync(listener);
    }

    public int Port => port.Number;

    /// <summary>The command before which the next connection is cut, such as <c>UID MOVE</c>. Null for none.</summary>
    public string? CutBefore { get; set; }

    /// <summary>The command that never reaches the server. Null for none.</summary>
    public string? HoldBack { get; set; }

    /// <summary>Completes when the command was held back, or when <see cref="Saw"/>'s command came.</summary>
    public Task Held => held.Task;

    /// <summary>The command to wait for, which reaches the server. Null for none.</summary>
    public string? Saw { get; set; }

    /// <summary>Begins another wait for <see cref="Held"/>.</summary>
    public void Again() => held = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Refuses new connections, as a server that was stopped.</summary>
    public async Task ClosesAsync()
    {
        listener.Stop();
        await accepting;
    }

    /// <summary>Takes connections again, on the same port.</summary>
    public void Opens()
    {
        listener = port.Listen();
        accepting = AcceptAsync(listener);
    }

    /// <summary>How many connections were cut.</summary>
    public int Cut { get; private set; }

    public async ValueTask DisposeAsync()
    {
        await ending.CancelAsync();
        listener.Stop();
        await accepting;
        ending.Dispose();
        port.Dispose();
    }

    private async Task AcceptAsync(TcpListener listener)
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
            var said = Encoding.ASCII.GetString(buffer, 0, read);
            if (HoldBack is { } back && said.Contains(back, StringComparison.OrdinalIgnoreCase))
            {
                held.TrySetResult();
                await Task.Delay(Timeout.Infinite, ending.Token);
            }
            if (Saw is { } awaited && said.Contains(awaited, StringComparison.OrdinalIgnoreCase))
                held.TrySetResult();
            if (CutBefore is { } command && said.Contains(command, StringComparison.OrdinalIgnoreCase))
            {
                CutBefore = null;
                Cut++;
                return;
            }
            await server.WriteAsync(buffer.AsMemory(0, read), ending.Token);
        }
    }
}
