using System.Data.Common;
using System.Net.Sockets;

namespace Dispatch.Worker.Database;

internal static class DatabaseFaults
{
    /// <summary>Whether it is the database that can't be used. EF wraps what it takes for passing (a refused connection) into an exception of its own.</summary>
    public static bool Is(Exception? fault) => fault is not null && (fault is DbException or SocketException || Is(fault.InnerException));
}
