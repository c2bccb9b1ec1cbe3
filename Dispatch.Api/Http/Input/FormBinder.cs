using Microsoft.AspNetCore.Mvc.ModelBinding;

namespace Dispatch.Api.Http.Input;

/// <summary>A desk form that is read field by field, by the same rule from a request and from a <see cref="KeptForm"/>.</summary>
/// <typeparam name="TSelf">The form.</typeparam>
public interface IForm<TSelf> where TSelf : IForm<TSelf>
{
    /// <param name="sent">Returns what was sent under a field's name; null: nothing.</param>
    static abstract TSelf Of(Func<string, string?> sent);
}

/// <summary>
/// Binds a page's form by its own list of fields. ASP.NET's binder would need a separate property for each, and treat an empty field as a
/// missing one.
/// </summary>
internal sealed class FormBinder<T> : IModelBinder where T : IForm<T>
{
    public Task BindModelAsync(ModelBindingContext context)
    {
        context.Result = ModelBindingResult.Success(T.Of(field => context.ValueProvider.GetValue(field).FirstValue));
        return Task.CompletedTask;
    }
}
