using System.Net;
using System.Net.Sockets;

namespace Dispatch.Tests.Support.Servers;

/// <summary>
/// A port of loopback that nobody else is given, also while nobody listens on it. A port merely let go of was the client's end
/// of somebody's connection by the time its relay came back.
/// </summary>
internal sealed class HeldPort : IDisposable
{
    private readonly Socket holder = Reusable();

    public HeldPort() => holder.Bind(new IPEndPoint(IPAddress.Loopback, 0));

    public int Number => ((IPEndPoint)holder.LocalEndPoint!).Port;

    /// <summary>Stop it, and connections are refused until the next one.</summary>
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
