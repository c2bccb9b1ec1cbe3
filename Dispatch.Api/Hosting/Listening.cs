using System.Net.Sockets;
using Dispatch.Worker.Settings;
using Microsoft.AspNetCore.Connections;

namespace Dispatch.Api.Hosting;

/// <summary>Starts serving. If the Api can't listen at an address, it says so like any other wrong setting.</summary>
internal static class Listening
{
    private const string Key = "Urls", Address = "http://localhost:5080", Example = $"e.g. {Key}={Address}";

    /// <summary>The host's log, in which a start that fails is an error with a stack trace.</summary>
    private const string HostLog = "Microsoft.Extensions.Hosting.Internal.Host";

    /// <summary>Keeps a start that fails out of the host's log, since <see cref="ListenAsync"/> throws anyway.</summary>
    /// <returns>Tells the log that the start is over.</returns>
    public static Action KeepFailedStartOutOfLog(this WebApplicationBuilder builder)
    {
        var hasStarted = false;
        builder.Logging.AddFilter(HostLog, level => hasStarted && level >= LogLevel.Warning);
        return () => hasStarted = true;
    }

    /// <exception cref="StartException">The Api can't listen at an address in <c>Urls</c>.</exception>
    public static async Task ListenAsync(this WebApplication app)
    {
        try
        {
            await app.StartAsync();
        }
        catch (Exception fault) when (WhyNot(fault) is { } why)
        {
            throw new StartException($"{Key}: can't listen at {app.Configuration[Key]}: {why}", fault);
        }
    }

    private static string? WhyNot(Exception fault) => fault switch
    {
        // Of localhost, Kestrel tries both addresses, and reports both.
        IOException { InnerException: AggregateException { InnerExceptions: [var first, ..] } } => WhyNot(first),
        IOException { InnerException: { } inner } => WhyNot(inner),
        AddressInUseException or SocketException { SocketErrorCode: SocketError.AddressAlreadyInUse } =>
            $"another program is already listening there. Stop it, or use another port, {Example}",
        SocketException { SocketErrorCode: SocketError.AccessDenied } =>
            $"this account may not use that port. Use one above 1023, {Example}",
        SocketException { SocketErrorCode: SocketError.AddressNotAvailable } =>
            $"this machine doesn't have that address. Use one that it has, {Example}",
        ArgumentOutOfRangeException { ParamName: "port" } => $"a port is a number up to 65535, {Example}",
        FormatException { Source: "Microsoft.AspNetCore.Http" } => $"that isn't a valid address. Use one such as {Address}",
        InvalidOperationException { Source: "Microsoft.AspNetCore.Server.Kestrel.Core" } when
            fault.Message.Contains("certificate", StringComparison.OrdinalIgnoreCase) =>
            $"HTTPS needs a certificate. Put a proxy in front that has one, and listen over HTTP, {Example}",
        _ => null,
    };
}
