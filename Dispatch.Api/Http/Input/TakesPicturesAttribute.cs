using Dispatch.Worker.Issues.Photos;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;

namespace Dispatch.Api.Http.Input;

/// <summary>
/// The page accepts pictures, up to <see cref="MostBytes"/> in all. Anything larger gets 413 before a byte of it is read: the antiforgery
/// check, which reads the form first, would call it forged.
/// </summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class TakesPicturesAttribute : Attribute, IAuthorizationFilter, IOrderedFilter
{
    public const long MostBytes = 3L * PhotoStudio.MostBytes;

    public int Order => 500; // the antiforgery check is 1000

    public void OnAuthorization(AuthorizationFilterContext context)
    {
        if (context.HttpContext.Request.ContentLength > MostBytes)
            context.Result = new StatusCodeResult(StatusCodes.Status413PayloadTooLarge);
    }
}
