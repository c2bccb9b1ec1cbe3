using System.Net;
using System.Net.Sockets;

namespace Dispatch.Tests.Support.Servers;

/// <summary>Reserves a port on loopback, so no outgoing connection can take it while nothing listens on it.</summary>
internal sealed class HeldPort : IDisposable
{
    private readonly Socket holder = Reusable();

    public HeldPort() => holder.Bind(new IPEndPoint(IPAddress.Loopback, 0));

    public int Number => ((IPEndPoint)holder.LocalEndPoint!).Port;

    /// <summary>Listens on the port until the caller stops the listener.</summary>
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
