using System.Data.Common;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Api.Http;

/// <summary>Tells a database or disk that can't be reached or is full, which passes, from a fault of ours.</summary>
internal static class StorageFaults
{
    public static bool Is(Exception? fault) => fault switch
    {
        null => false,
        DbUpdateConcurrencyException => false,
        DbException or IOException => true,
        _ => Is(fault.InnerException),
    };

    public static int StatusOf(Exception fault) => fault is BadHttpRequestException bad ? bad.StatusCode
        : Is(fault) ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status500InternalServerError;
}
