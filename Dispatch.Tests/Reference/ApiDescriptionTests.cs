using System.Text.Json;
using System.Text.RegularExpressions;
using Dispatch.Tests.Support;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Dispatch.Tests.Reference;

[TestFixture(Provider.Sqlite)]
public class ApiDescriptionTests(Provider provider) : DispatchTest(provider)
{
    [Test]
    public async Task Every_call_that_is_mapped_is_described_in_OpenAPI_3_1()
    {
        using var document = JsonDocument.Parse(await App.Http.GetStringAsync("/openapi/v1.json"));
        var root = document.RootElement;
        Assert.That(root.GetProperty("openapi").GetString(), Does.StartWith("3.1"));
        var described = root.GetProperty("paths").EnumerateObject().Select(path => path.Name).ToList();
        Assert.That(described, Is.EquivalentTo(Mapped()));
        Assert.That(root.GetProperty("components").GetProperty("securitySchemes").GetProperty("Bearer").GetProperty("scheme")
            .GetString(), Is.EqualTo("bearer"));
        var signUp = root.GetProperty("paths").GetProperty("/api/v1/subscriptions").GetProperty("post");
        Assert.That(signUp.GetProperty("summary").GetString(), Does.Contain("confirmation"));
        Assert.That(signUp.TryGetProperty("security", out _), Is.False, "it is open to all");
    }

    [Test]
    public async Task It_names_no_field_that_a_request_does_not_have_and_nothing_is_escaped()
    {
        var text = await App.Http.GetStringAsync("/openapi/v1.json");
        using var document = JsonDocument.Parse(text);
        var schemas = document.RootElement.GetProperty("components").GetProperty("schemas");
        Assert.That(schemas.GetProperty("IssueRequest").GetProperty("properties").EnumerateObject().Select(field => field.Name),
            Is.EquivalentTo(new[] { "subject", "preheader", "slug", "byline", "body", "archived", "picture", "revision" }));
        Assert.That(text, Does.Not.Contain("&lt;").And.Not.Contain("\\u0026lt;").And.Not.Contain("&amp;"));
    }

    [Test]
    public async Task The_idempotency_key_is_described_where_it_is_honored()
    {
        using var document = JsonDocument.Parse(await App.Http.GetStringAsync("/openapi/v1.json"));
        var calls = document.RootElement.GetProperty("paths").EnumerateObject()
            .SelectMany(path => path.Value.EnumerateObject().Select(call => (Name: $"{call.Name} {path.Name}", Call: call.Value)))
            .Where(call => call.Call.TryGetProperty("parameters", out var taken) && taken.EnumerateArray()
                .Any(one => one.GetProperty("name").GetString() == "Idempotency-Key")).Select(call => call.Name).ToList();
        Assert.That(calls, Is.All.StartsWith("post /api/v1/"));
        Assert.That(calls, Does.Contain("post /api/v1/issues/{id}/send").And.Contain("post /api/v1/issues/{id}/test").And.Contain(
            "post /api/v1/newsletters/{slug}/issues"));
    }

    [Test]
    public async Task People_get_the_same_as_a_page_without_script()
    {
        var answer = await App.Http.GetAsync("/api/docs");
        var page = await answer.EnsureSuccessStatusCode().Content.ReadAsStringAsync();
        foreach (var path in Mapped())
            Assert.That(page, Does.Contain(path));
        Assert.That(page, Does.Contain("POST /api/v1/subscriptions").And.Contain("The address that asks for the newsletters."));
        Assert.That(page, Does.Contain("<code class=\"command\">Dispatch.Api -- token create NAME --role ROLE</code>."));
        Assert.That(page, Does.Not.Contain("<script").And.Not.Contain("style=\""));
        Assert.That(answer.Headers.GetValues("Content-Security-Policy").Single(),
            Does.Contain("default-src 'none'").And.Not.Contain("unsafe"));
    }

    // The description writes {id} where a route has {id:int}.
    private IEnumerable<string> Mapped() => App.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
        .Select(endpoint => "/" + Regex.Replace(endpoint.RoutePattern.RawText!.Trim('/'), @":\w+\}", "}"))
            .Where(path => path.StartsWith("/api/v1/", StringComparison.Ordinal)).Distinct();
}
