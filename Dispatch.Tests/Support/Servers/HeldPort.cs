using System.Net;
using System.Net.Sockets;

namespace Dispatch.Tests.Support.Servers;

/// <summary>
/// Reserves a port on loopback, even while nothing listens on it. Otherwise another connection could use the port as its client port before
/// the relay listens again.
/// </summary>
internal sealed class HeldPort : IDisposable
{
    private readonly Socket holder = Reusable();

    public HeldPort() => holder.Bind(new IPEndPoint(IPAddress.Loopback, 0));

    public int Number => ((IPEndPoint)holder.LocalEndPoint!).Port;

    /// <summary>Listens on the port. When the listener is stopped, connections are refused until the next call.</summary>
    public TcpListener Listen()
    {
        var listener = new TcpListener(IPAddress.Loopback, Number);
        listener.Server.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        listener.Start();
        return listener;
    }

    public void Dispose() => holder.Dispose();

    private static Socket Reusable()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        return socket;
    }
}
