using System.Net.Http.Json;
using System.Text.Json;
using Dispatch.Tests.Support.Servers;
using Dispatch.Worker.Audit;
using Dispatch.Worker.Staff;

namespace Dispatch.Tests.Support;

/// <summary>A program that calls the HTTP API with its own token.</summary>
internal sealed class ApiCaller(HttpClient http, string? token)
{
    public static async Task<ApiCaller> With(DispatchApp app, string role = StaffRoles.Editor)
    {
        var made = await app.In<ApiTokens,
            TokenOutcome>(tokens => tokens.CreateAsync($"test {Guid.NewGuid()}", role, null, Actor.CommandLine));
        return new ApiCaller(app.Http, ((TokenOutcome.Made)made).Token);
    }

    public static ApiCaller WithNoToken(DispatchApp app) => new(app.Http, null);

    public Task<ApiAnswer> Get(string path) => Send(HttpMethod.Get, path);

    public Task<ApiAnswer> Post(string path, object? body = null, string? key = null) =>
        Send(HttpMethod.Post, path, Json(body), key is null ? [] : [("Idempotency-Key", key)]);

    public Task<ApiAnswer> Put(string path, object body, string? ifMatch = null) =>
        Send(HttpMethod.Put, path, Json(body), ifMatch is null ? [] : [("If-Match", ifMatch)]);

    public Task<ApiAnswer> Delete(string path, object? body = null) => Send(HttpMethod.Delete, path, Json(body));

    public async Task<ApiAnswer> Send(
        HttpMethod method, string path, HttpContent? content = null, params (string Name, string Value)[] headers)
    {
        using var answer = await http.SendAsync(Request(method, path, content, headers));
        return new ApiAnswer(answer, await answer.Content.ReadAsStringAsync());
    }

    /// <summary>Opens an event stream.</summary>
    public async Task<StreamReader> Follow(string path)
    {
        var answer = await http.SendAsync(Request(HttpMethod.Get, path, null, [("Accept", "text/event-stream")]),
            HttpCompletionOption.ResponseHeadersRead);
        Assert.That(answer.Content.Headers.ContentType!.MediaType, Is.EqualTo("text/event-stream"));
        return new StreamReader(await answer.Content.ReadAsStreamAsync());
    }

    private static JsonContent? Json(object? body) => body is null ? null : JsonContent.Create(body);

    private HttpRequestMessage Request(HttpMethod method, string path, HttpContent? content, (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(method, $"/api/v1{path}") { Content = content };
        if (token is not null)
            request.Headers.Authorization = new("Bearer", token);
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        return request;
    }
}

/// <summary>A response of the HTTP API.</summary>
internal sealed class ApiAnswer(HttpResponseMessage message, string text)
{
    private readonly Lazy<JsonElement> json = new(() => JsonSerializer.Deserialize<JsonElement>(text));

    public int Status { get; } = (int)message.StatusCode;

    public string? Type { get; } = message.Content.Headers.ContentType?.MediaType;

    public string? ETag { get; } = message.Headers.ETag?.Tag;

    public string? Location { get; } = message.Headers.Location?.OriginalString;

    public bool IsReplay { get; } = message.Headers.Contains("Idempotency-Replayed");

    /// <summary>The names of the fields from which characters were dropped, or null if there are none.</summary>
    public string? Dropped { get; } = message.Headers.TryGetValues("Dispatch-Dropped", out var dropped) ? dropped.Single() : null;

    /// <summary>Whether a cache may store the response.</summary>
    public bool IsStored { get; } = message.Headers.CacheControl?.NoStore is not true;

    public string Text => text;

    public JsonElement Json => json.Value;

    public JsonElement this[string field] => Json.GetProperty(field);

    public JsonElement[] Items => [.. this["items"].EnumerateArray()];

    /// <summary>Checks the status and returns this response.</summary>
    public ApiAnswer Is(int status)
    {
        Assert.That(Status, NUnit.Framework.Is.EqualTo(status), text);
        return this;
    }

    /// <summary>Checks that the response is a problem (RFC 9457) with this status, and returns its reason.</summary>
    public string Why(int status)
    {
        Is(status);
        Assert.That(Type, NUnit.Framework.Is.EqualTo("application/problem+json"), text);
        Assert.That(this["status"].GetInt32(), NUnit.Framework.Is.EqualTo(status));
        return Json.TryGetProperty("detail", out var detail) ? detail.GetString()! : this["title"].GetString()!;
    }

    /// <summary>Returns the names of the fields that a 422 reports.</summary>
    public string[] WrongFields()
    {
        Why(422);
        return [.. this["errors"].EnumerateObject().Select(field => field.Name)];
    }
}
