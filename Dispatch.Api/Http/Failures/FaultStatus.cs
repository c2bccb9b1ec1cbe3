using Dispatch.Worker.Database;

namespace Dispatch.Api.Http.Failures;

/// <summary>Determines the HTTP status for an unhandled exception.</summary>
internal static class FaultStatus
{
    public static int Of(Exception fault) => fault is BadHttpRequestException bad ? bad.StatusCode
        : TransientErrors.Is(fault) ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status500InternalServerError;
}
