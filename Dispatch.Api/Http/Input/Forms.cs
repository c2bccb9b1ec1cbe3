using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.AspNetCore.Mvc.ModelBinding;

namespace Dispatch.Api.Http.Input;

/// <summary>Reads what a public form sent, whoever sent it.</summary>
internal static class Forms
{
    /// <summary>No reader's form needs more than this.</summary>
    public const int MaxBytes = 64 * 1024;

    private static readonly FormOptions Limits = new(
        )
    { ValueLengthLimit = MaxBytes, KeyLengthLimit = 256, ValueCountLimit = 128, MultipartBodyLengthLimit = MaxBytes };

    /// <summary>The fields or, when the form can't be read, the status that says why. A body that is not a form has no fields.</summary>
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
        catch (Exception fault) when (fault is InvalidDataException or IOException) // not a form after all, or one that breaks off
        {
            return (FormCollection.Empty, StatusCodes.Status400BadRequest);
        }
    }
}

/// <summary>
/// The page reads its form with <see cref="Forms.ReadFieldsAsync"/>: model binding would read it first, and turn a form that is too large
/// into an empty one.
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
