using System.Data.Common;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Worker.Database;

/// <summary>Tells a database or disk that can't be reached or is full, which passes, from a fault of ours. EF wraps what passes in exceptions of its own.</summary>
public static class StorageFaults
{
    public static bool Is(Exception? fault) => fault switch
    {
        null => false,
        DbUpdateConcurrencyException => false,
        DbException or IOException or TimeoutException or System.Net.Sockets.SocketException => true,
        _ => Is(fault.InnerException),
    };
}
