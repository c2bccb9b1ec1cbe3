using Dispatch.Worker.Issues.Photos;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;

namespace Dispatch.Api.Http.Input;

/// <summary>
/// Marks a page that accepts pictures, up to <see cref="MostBytes"/> in total. A larger request gets 413 before its body is read. Without
/// this check, the antiforgery check could not read the form and would report it as forged.
/// </summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class TakesPicturesAttribute : Attribute, IAuthorizationFilter, IOrderedFilter
{
    public const long MostBytes = 3L * PhotoStudio.MostBytes;

    public int Order => 500; // before the antiforgery check (1000)

    public void OnAuthorization(AuthorizationFilterContext context)
    {
        if (context.HttpContext.Request.ContentLength > MostBytes)
            context.Result = new StatusCodeResult(StatusCodes.Status413PayloadTooLarge);
    }
}
