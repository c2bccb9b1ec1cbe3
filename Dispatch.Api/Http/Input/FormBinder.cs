using Microsoft.AspNetCore.Mvc.ModelBinding;

namespace Dispatch.Api.Http.Input;

/// <summary>A desk form that is read field by field, in the same way from a request and from a <see cref="KeptForm"/>.</summary>
/// <typeparam name="TSelf">The form's own type.</typeparam>
public interface IForm<TSelf> where TSelf : IForm<TSelf>
{
    /// <param name="sent">Returns the value that was sent for a field, or null if the form did not have the field.</param>
    static abstract TSelf Of(Func<string, string?> sent);
}

/// <summary>
/// Binds a page's form by the list of fields that the form itself supplies. ASP.NET's binder would need a property for each field, and
/// would treat an empty field as missing.
/// </summary>
internal sealed class FormBinder<T> : IModelBinder where T : IForm<T>
{
    public Task BindModelAsync(ModelBindingContext context)
    {
        context.Result = ModelBindingResult.Success(T.Of(field => context.ValueProvider.GetValue(field).FirstValue));
        return Task.CompletedTask;
    }
}
