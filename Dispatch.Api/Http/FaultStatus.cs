using Dispatch.Worker.Database;

namespace Dispatch.Api.Http;

/// <summary>Which status an unhandled fault gets.</summary>
internal static class FaultStatus
{
    public static int Of(Exception fault) => fault is BadHttpRequestException bad ? bad.StatusCode
        : TransientErrors.Is(fault) ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status500InternalServerError;
}
