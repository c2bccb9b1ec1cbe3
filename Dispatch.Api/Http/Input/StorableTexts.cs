using System.Collections.Concurrent;
using System.Reflection;
using System.Text.Json;
using Dispatch.Worker.Database;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Mvc.Filters;

namespace Dispatch.Api.Http.Input;

/// <summary>
/// The one place that checks a request's text against what every database can store (see <see cref="StorableText"/>): for the API every
/// argument of an endpoint, for pages everything that was typed or is in the address. 422 names the field.
/// </summary>
internal static class StorableTexts
{
    private static readonly ConcurrentDictionary<Type, PropertyInfo[]> Known = [];

    /// <summary>Set on the response to input that was accepted without some of its characters: the fields that contained them.</summary>
    public const string DroppedHeader = "Dispatch-Dropped";

    /// <summary>What pages say about it.</summary>
    public const string Dropped = "Characters that nobody can see, mostly from something pasted, have been removed.";

    /// <summary>Tells a program in which fields characters were dropped.</summary>
    public static void TellDropped(this HttpContext http, IReadOnlyList<string> fields)
    {
        if (fields.Count > 0)
            http.Response.Headers[DroppedHeader] = string.Join(", ", fields.Select(JsonNamingPolicy.CamelCase.ConvertName));
    }

    /// <summary>Runs before each endpoint of the group.</summary>
    public static TBuilder WithStorableText<TBuilder>(this TBuilder routes) where TBuilder : IEndpointConventionBuilder =>
        routes.AddEndpointFilterFactory((endpoint, next) =>
        {
            var names = endpoint.MethodInfo.GetParameters().Select(parameter => parameter.Name ?? "").ToArray();
            return call =>
            {
                var faults = Enumerable.Range(0, call.Arguments.Count)
                    .SelectMany(i => FaultyIn(call.Arguments[i], names.ElementAtOrDefault(i) ?? "")).Distinct().ToList();
                return faults.Count == 0 ? next(call) : ValueTask.FromResult<object?>(
                    Problems.Invalid(faults.ToDictionary(field => field, _ => new[] { $"It {StorableText.Why}" })));
            };
        });

    private static IEnumerable<string> FaultyIn(object? value, string name) => value switch
    {
        null => [],
        string text => StorableText.Is(text) ? [] : [name],
        IEnumerable<string?> texts => texts.All(StorableText.Is) ? [] : [name],
        _ when value.GetType().Assembly == typeof(StorableTexts).Assembly => PropertiesOf(value.GetType())
            .SelectMany(property => FaultyIn(property.GetValue(value), JsonNamingPolicy.CamelCase.ConvertName(property.Name))),
        _ => [],
    };

    private static PropertyInfo[] PropertiesOf(Type type) => Known.GetOrAdd(type, known =>
        [.. known.GetProperties().Where(property => property.GetIndexParameters().Length == 0
            && (property.PropertyType == typeof(string) || property.PropertyType.IsAssignableTo(typeof(IEnumerable<string>))))]);
}

/// <summary>
/// The same for pages. A page that shows faults beside its fields finds them itself, with <see cref="FindsItsOwnFaultsAttribute"/>.
/// </summary>
internal sealed class StorablePages : IPageFilter
{
    public void OnPageHandlerExecuting(PageHandlerExecutingContext context)
    {
        // Model binding treats blanks as nothing, and a page would be called without what its address names.
        if (context.RouteData.Values.Values.Any(value => value is string part && string.IsNullOrWhiteSpace(part)))
        {
            context.Result = new Microsoft.AspNetCore.Mvc.NotFoundResult();
            return;
        }
        var request = context.HttpContext.Request;
        var typed = request.Query.SelectMany(field => field.Value).Concat(context.RouteData.Values.Values.Select(value => value as string));
        // Input that nothing has read is not used; and an error page shown for an unreadable form must not read it again.
        if (!IsFound<FindsItsOwnFaultsAttribute>(context) && !IsFound<ReadsItsOwnFormAttribute>(context)
            && context.HttpContext.Features.Get<IFormFeature>()?.Form is { } form)
            typed = typed.Concat(form.SelectMany(field => field.Value));
        if (!typed.All(StorableText.Is))
            context.Result = new Microsoft.AspNetCore.Mvc.StatusCodeResult(StatusCodes.Status422UnprocessableEntity);
    }

    public void OnPageHandlerSelected(PageHandlerSelectedContext context)
    {
    }

    public void OnPageHandlerExecuted(PageHandlerExecutedContext context)
    {
    }

    private static bool IsFound<TAttribute>(PageHandlerExecutingContext context) where TAttribute : Attribute =>
        context.ActionDescriptor.ModelTypeInfo?.GetCustomAttribute<TAttribute>() is not null;
}

/// <summary>The page shows each fault beside the field it concerns.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class FindsItsOwnFaultsAttribute : Attribute;
