using Microsoft.AspNetCore.Mvc.ModelBinding;

namespace Dispatch.Api.Http.Input;

/// <summary>A desk form whose fields are read by name, from a request or from a <see cref="KeptForm"/>.</summary>
/// <typeparam name="TSelf">The form's own type.</typeparam>
public interface IForm<TSelf> where TSelf : IForm<TSelf>
{
    /// <param name="sent">Returns a field's value, or null if the form did not have the field.</param>
    static abstract TSelf Of(Func<string, string?> sent);
}

/// <summary>
/// Binds a page's form through <see cref="IForm{TSelf}.Of"/>. ASP.NET's binder would need a property for each field, and would treat an
/// empty field as missing.
/// </summary>
internal sealed class FormBinder<T> : IModelBinder where T : IForm<T>
{
    public Task BindModelAsync(ModelBindingContext context)
    {
        context.Result = ModelBindingResult.Success(T.Of(field => context.ValueProvider.GetValue(field).FirstValue));
        return Task.CompletedTask;
    }
}
