using System.Collections.Concurrent;
using System.Reflection;
using System.Text.Json;
using Dispatch.Worker.Database;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Mvc.Filters;

namespace Dispatch.Api.Http.Input;

/// <summary>
/// Checks all text in a request for characters that some database can't store (<see cref="StorableText"/>). The API answers 422 and names
/// the field. On pages, form fields and the URL are checked.
/// </summary>
internal static class StorableTexts
{
    private static readonly ConcurrentDictionary<Type, PropertyInfo[]> Known = [];

    /// <summary>The response header that lists the fields from which characters were dropped.</summary>
    public const string DroppedHeader = "Dispatch-Dropped";

    /// <summary>The message on pages if characters were dropped.</summary>
    public const string Dropped = "Invisible characters, usually from pasted text, have been removed.";

    /// <summary>Sets the header that lists the fields from which characters were dropped.</summary>
    public static void TellDropped(this HttpContext http, IReadOnlyList<string> fields)
    {
        if (fields.Count > 0)
            http.Response.Headers[DroppedHeader] = string.Join(", ", fields.Select(JsonNamingPolicy.CamelCase.ConvertName));
    }

    /// <summary>Adds the check for storable text to each endpoint of the group.</summary>
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

/// <summary>Checks the text of page requests, except the forms of pages with <see cref="FindsItsOwnFaultsAttribute"/>.</summary>
internal sealed class StorablePages : IPageFilter
{
    public void OnPageHandlerExecuting(PageHandlerExecutingContext context)
    {
        // Model binding treats spaces as a missing value, so the handler would be called without a value from the URL.
        if (context.RouteData.Values.Values.Any(value => value is string part && string.IsNullOrWhiteSpace(part)))
        {
            context.Result = new Microsoft.AspNetCore.Mvc.NotFoundResult();
            return;
        }
        var request = context.HttpContext.Request;
        var typed = request.Query.SelectMany(field => field.Value).Concat(context.RouteData.Values.Values.Select(value => value as string));
        // Only a form that was already read is checked, because an error page for an unreadable form must not read it again.
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
        context.HttpContext.GetEndpoint()?.Metadata.GetMetadata<TAttribute>() is not null;
}

/// <summary>Marks a page that checks its form itself and shows each fault beside its field.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class FindsItsOwnFaultsAttribute : Attribute;
