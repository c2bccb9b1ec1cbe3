using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.AspNetCore.Mvc.ModelBinding;

namespace Dispatch.Api.Http.Input;

/// <summary>Reads forms of public pages, which can come from any client.</summary>
internal static class Forms
{
    /// <summary>The size limit for a reader's form.</summary>
    public const int MaxBytes = 64 * 1024;

    private static readonly FormOptions Limits = new(
        )
    { ValueLengthLimit = MaxBytes, KeyLengthLimit = 256, ValueCountLimit = 128, MultipartBodyLengthLimit = MaxBytes };

    /// <summary>
    /// Whether an exception means that a request's form can't be read: it is too large, it is not a form, it ends too early, or its charset
    /// is unknown.
    /// </summary>
    public static bool IsUnreadable(Exception fault) =>
        fault is BadHttpRequestException or InvalidDataException or IOException or NotSupportedException;

    /// <summary>
    /// Returns the form's fields, or the status for a form that can't be read. A body that is not a form gives no fields.
    /// </summary>
    public static async Task<(IFormCollection Fields, int? Refused)> ReadFieldsAsync(this HttpRequest request, CancellationToken cancel)
    {
        if (request.ContentLength > MaxBytes)
            return (FormCollection.Empty, StatusCodes.Status413PayloadTooLarge);
        if (!request.HasFormContentType)
            return (FormCollection.Empty, null);
        try
        {
            return (await new FormFeature(request, Limits).ReadFormAsync(cancel), null);
        }
        catch (BadHttpRequestException fault)
        {
            return (FormCollection.Empty, fault.StatusCode);
        }
        catch (NotSupportedException) // an unknown charset: the fields can't be read, but a one-click unsubscribe must work all the same
        {
            return (FormCollection.Empty, null);
        }
        catch (Exception fault) when (IsUnreadable(fault))
        {
            return (FormCollection.Empty, StatusCodes.Status400BadRequest);
        }
    }
}

/// <summary>
/// Marks a page that reads its form with <see cref="Forms.ReadFieldsAsync"/>. Model binding would read the form first, and treat a form
/// that is too large as empty.
/// </summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class ReadsItsOwnFormAttribute : Attribute, IResourceFilter
{
    public void OnResourceExecuting(ResourceExecutingContext context)
    {
        context.ValueProviderFactories.RemoveType<FormValueProviderFactory>();
        context.ValueProviderFactories.RemoveType<FormFileValueProviderFactory>();
        context.ValueProviderFactories.RemoveType<JQueryFormValueProviderFactory>();
    }

    public void OnResourceExecuted(ResourceExecutedContext context)
    {
    }
}
