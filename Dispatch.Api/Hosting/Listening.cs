using System.Net.Sockets;
using Dispatch.Worker.Settings;
using Microsoft.AspNetCore.Connections;

namespace Dispatch.Api.Hosting;

/// <summary>Begins to serve. An address where the Api can't listen is told like any other wrong setting.</summary>
internal static class Listening
{
    private const string Key = "Urls", Example = "http://localhost:5080", HostLog = "Microsoft.Extensions.Hosting.Internal.Host";

    /// <summary>Keeps the host from logging a failed start with its stack trace, since the start fails with an exception anyway.</summary>
    public static void LeaveFailedStartsToUs(this WebApplicationBuilder builder)
    {
        var hasStarted = false;
        builder.Services.AddOptions<HostOptions>().PostConfigure<IHostApplicationLifetime>((_, lifetime) =>
            lifetime.ApplicationStarted.Register(() => hasStarted = true));
        builder.Logging.AddFilter(HostLog, level => hasStarted && level >= LogLevel.Warning);
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
        IOException { InnerException: AddressInUseException } =>
            $"another program does. End it, or use another port, e.g. {Key}={Example}",
        SocketException { SocketErrorCode: SocketError.AccessDenied } =>
            $"this account may not use that port. Use one above 1023, e.g. {Example}",
        SocketException { SocketErrorCode: SocketError.AddressNotAvailable } =>
            $"this machine doesn't have that address. Use one that it has, or e.g. {Example}",
        ArgumentOutOfRangeException { ParamName: "port" } => $"a port is a number up to 65535. Use e.g. {Example}",
        FormatException { Source: "Microsoft.AspNetCore.Http" } => $"that is no address. Use e.g. {Example}",
        InvalidOperationException { Source: "Microsoft.AspNetCore.Server.Kestrel.Core" } when
            fault.Message.Contains("certificate", StringComparison.OrdinalIgnoreCase) =>
            $"HTTPS needs a certificate. Put a proxy in front that has one, and listen at e.g. {Example}",
        _ => null,
    };
}
