using System.Globalization;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Dispatch.Tests.Support;
using Dispatch.Tests.Support.Servers;
using Dispatch.Worker.Audit;
using Dispatch.Worker.Staff;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.StaticAssets;
using Microsoft.Extensions.DependencyInjection;

namespace Dispatch.Tests.Http;

/// <summary>Tries every route with every role. If you add a route, add its line to the table.</summary>
[TestFixture(Provider.Sqlite)]
public partial class RouteTableTests(Provider provider) : DispatchTest(provider)
{
    private const string Elsewhere = "192.0.2.7"; // another machine, because on this one anybody may open the outbox in Development

    private const string Expected = """
        GET    /                                                                         everybody
        POST   /                                                                         everybody
        GET    /.well-known/security.txt                                                 everybody
        GET    /address/{token:length(32)}                                               everybody
        POST   /address/{token:length(32)}                                               everybody
        GET    /api/docs                                                                 everybody
        POST   /api/docs                                                                 everybody
        GET    /api/v1/audit                                                             ops
        POST   /api/v1/deliveries/{id}/assume-sent                                       correspondent, editor, ops
        POST   /api/v1/deliveries/{id}/resend                                            correspondent, editor, ops
        DELETE /api/v1/issues/{id:int}                                                   correspondent, editor
        GET    /api/v1/issues/{id:int}                                                   correspondent, editor, ops
        PUT    /api/v1/issues/{id:int}                                                   correspondent, editor
        POST   /api/v1/issues/{id:int}/approve                                           correspondent, editor
        POST   /api/v1/issues/{id:int}/cancel                                            correspondent, editor
        GET    /api/v1/issues/{id:int}/corrections                                       correspondent, editor, ops
        POST   /api/v1/issues/{id:int}/corrections                                       correspondent, editor
        DELETE /api/v1/issues/{id:int}/corrections/{correction:int}                      correspondent, editor
        GET    /api/v1/issues/{id:int}/deliveries                                        correspondent, editor, ops
        POST   /api/v1/issues/{id:int}/pause                                             correspondent, editor
        DELETE /api/v1/issues/{id:int}/photos                                            correspondent, editor
        POST   /api/v1/issues/{id:int}/photos                                            correspondent, editor
        GET    /api/v1/issues/{id:int}/preflight                                         correspondent, editor, ops
        GET    /api/v1/issues/{id:int}/preview.eml                                       correspondent, editor, ops
        GET    /api/v1/issues/{id:int}/preview.html                                      correspondent, editor, ops
        GET    /api/v1/issues/{id:int}/preview.txt                                       correspondent, editor, ops
        GET    /api/v1/issues/{id:int}/progress                                          correspondent, editor, ops
        POST   /api/v1/issues/{id:int}/resume                                            correspondent, editor
        POST   /api/v1/issues/{id:int}/schedule                                          correspondent, editor
        POST   /api/v1/issues/{id:int}/send                                              correspondent, editor
        POST   /api/v1/issues/{id:int}/test                                              correspondent, editor
        POST   /api/v1/issues/{id:int}/unapprove                                         correspondent, editor
        POST   /api/v1/issues/{id:int}/unschedule                                        correspondent, editor
        GET    /api/v1/newsletters                                                       correspondent, editor, ops
        GET    /api/v1/newsletters/{slug}                                                correspondent, editor, ops
        PATCH  /api/v1/newsletters/{slug}                                                correspondent, editor
        PUT    /api/v1/newsletters/{slug}                                                correspondent, editor
        GET    /api/v1/newsletters/{slug}/issues                                         correspondent, editor, ops
        POST   /api/v1/newsletters/{slug}/issues                                         correspondent, editor
        DELETE /api/v1/newsletters/{slug}/logo                                           correspondent, editor
        PUT    /api/v1/newsletters/{slug}/logo                                           correspondent, editor
        GET    /api/v1/newsletters/{slug}/slots                                          correspondent, editor, ops
        GET    /api/v1/readers/export                                                    ops
        POST   /api/v1/readers/import                                                    ops
        GET    /api/v1/readers/imports/{id:int}                                          ops
        POST   /api/v1/readers/search                                                    ops
        DELETE /api/v1/readers/{id:long}                                                 ops
        GET    /api/v1/readers/{id:long}/record                                          ops
        GET    /api/v1/staff                                                             admin
        POST   /api/v1/staff                                                             admin
        DELETE /api/v1/staff/{id:int}                                                    admin
        PUT    /api/v1/staff/{id:int}                                                    admin
        DELETE /api/v1/staff/{id:int}/sessions                                           admin
        POST   /api/v1/subscriptions                                                     everybody
        DELETE /api/v1/suppressions                                                      ops
        GET    /api/v1/suppressions                                                      ops
        POST   /api/v1/suppressions                                                      ops
        POST   /api/v1/suppressions/search                                               ops
        GET    /api/v1/tokens                                                            admin
        POST   /api/v1/tokens                                                            admin
        DELETE /api/v1/tokens/{id:int}                                                   admin
        GET    /confirm/{token}                                                          everybody
        POST   /confirm/{token}                                                          everybody
        GET    /confirm/{token}/mail                                                     everybody
        GET    /desk                                                                     correspondent, editor
        POST   /desk                                                                     correspondent, editor
        GET    /desk/error                                                               everybody
        POST   /desk/error                                                               everybody
        GET    /desk/import                                                              ops
        POST   /desk/import                                                              ops
        POST   /desk/import/file                                                         ops
        GET    /desk/import/{id:int}                                                     ops
        POST   /desk/import/{id:int}                                                     ops
        GET    /desk/issues/import                                                       correspondent, editor
        POST   /desk/issues/import                                                       correspondent, editor
        POST   /desk/issues/import/file                                                  correspondent, editor
        GET    /desk/issues/import/{id}                                                  correspondent, editor
        POST   /desk/issues/import/{id}                                                  correspondent, editor
        GET    /desk/issues/new                                                          correspondent, editor
        POST   /desk/issues/new                                                          correspondent, editor
        POST   /desk/issues/paste                                                        correspondent, editor
        GET    /desk/issues/{id:int}                                                     correspondent, editor
        POST   /desk/issues/{id:int}                                                     correspondent, editor
        GET    /desk/issues/{id:int}/deliveries                                          correspondent, editor
        POST   /desk/issues/{id:int}/deliveries                                          correspondent, editor
        GET    /desk/issues/{id:int}/preview.{format:regex(^(html|txt|json)$)}           correspondent, editor
        POST   /desk/issues/{id:int}/preview.{format:regex(^(html|txt|json)$)}           correspondent, editor
        GET    /desk/issues/{id:int}/revisions/{revision:int?}                           correspondent, editor
        POST   /desk/issues/{id:int}/revisions/{revision:int?}                           correspondent, editor
        GET    /desk/issues/{id:int}/watch                                               correspondent, editor
        GET    /desk/newsletters                                                         correspondent, editor
        POST   /desk/newsletters                                                         correspondent, editor
        GET    /desk/newsletters/{slug}                                                  correspondent, editor
        POST   /desk/newsletters/{slug}                                                  correspondent, editor
        GET    /desk/password/{id:int}/{token}                                           everybody
        POST   /desk/password/{id:int}/{token}                                           everybody
        GET    /desk/readers                                                             correspondent, editor, ops
        POST   /desk/readers                                                             correspondent, editor, ops
        GET    /desk/readers/{id:long}                                                   ops
        POST   /desk/readers/{id:long}                                                   ops
        GET    /desk/setup/{token}                                                       everybody
        POST   /desk/setup/{token}                                                       everybody
        GET    /desk/sign-in                                                             everybody
        POST   /desk/sign-in                                                             everybody
        GET    /desk/sign-out                                                            everybody
        POST   /desk/sign-out                                                            everybody
        GET    /error                                                                    everybody
        POST   /error                                                                    everybody
        GET    /feed                                                                     everybody
        GET    /health/live                                                              everybody
        POST   /health/live                                                              everybody
        GET    /health/ready                                                             everybody
        POST   /health/ready                                                             everybody
        GET    /issues/preview                                                           everybody
        GET    /media/{name}                                                             everybody
        GET    /news-sitemap.xml                                                         everybody
        GET    /newsletters/{slug}                                                       everybody
        POST   /newsletters/{slug}                                                       everybody
        GET    /newsletters/{slug}/archive/{year:int:range(1900,9998)?}                  everybody
        POST   /newsletters/{slug}/archive/{year:int:range(1900,9998)?}                  everybody
        GET    /newsletters/{slug}/authors/{author}                                      everybody
        POST   /newsletters/{slug}/authors/{author}                                      everybody
        GET    /newsletters/{slug}/colors.css                                            everybody
        GET    /newsletters/{slug}/embed                                                 everybody
        POST   /newsletters/{slug}/embed                                                 everybody
        GET    /newsletters/{slug}/feed                                                  everybody
        GET    /newsletters/{slug}/feed.json                                             everybody
        GET    /newsletters/{slug}/feed.xml                                              everybody
        GET    /newsletters/{slug}/form                                                  everybody
        POST   /newsletters/{slug}/form                                                  everybody
        GET    /newsletters/{slug}/issues/{issue}                                        everybody
        POST   /newsletters/{slug}/issues/{issue}                                        everybody
        GET    /newsletters/{slug}/rss                                                   everybody
        GET    /newsletters/{slug}/search                                                everybody
        POST   /newsletters/{slug}/search                                                everybody
        GET    /openapi/{documentName}.json                                              everybody
        GET    /ops                                                                      correspondent, editor, ops, admin
        POST   /ops                                                                      correspondent, editor, ops, admin
        GET    /ops/bounces                                                              correspondent, editor, ops, admin
        POST   /ops/bounces                                                              correspondent, editor, ops, admin
        GET    /ops/jobs/{**path}                                                        correspondent, editor, ops
        POST   /ops/jobs/{**path}                                                        correspondent, editor, ops
        GET    /ops/outbox                                                               ops
        POST   /ops/outbox                                                               ops
        GET    /ops/outbox/{name}/{handler?}                                             ops
        POST   /ops/outbox/{name}/{handler?}                                             ops
        GET    /ops/staff                                                                ops, admin
        POST   /ops/staff                                                                ops, admin
        GET    /preferences/preview                                                      everybody
        GET    /preferences/{token:length(32)}                                           everybody
        POST   /preferences/{token:length(32)}                                           everybody
        GET    /preferences/{token:length(40)}                                           everybody
        POST   /preferences/{token:length(40)}                                           everybody
        GET    /privacy                                                                  everybody
        POST   /privacy                                                                  everybody
        GET    /robots.txt                                                               everybody
        GET    /rss                                                                      everybody
        GET    /sitemap.xml                                                              everybody
        GET    /subscribe                                                                everybody
        POST   /subscribe                                                                everybody
        GET    /unsubscribe/preview                                                      everybody
        POST   /unsubscribe/preview                                                      everybody
        GET    /unsubscribe/{token}                                                      everybody
        POST   /unsubscribe/{token}                                                      everybody
        GET    /{**path:file}                                                            everybody
        """;

    [Test]
    public async Task Each_route_lets_in_those_it_is_for_and_nobody_else()
    {
        var (cookies, tokens) = (new Dictionary<string, HttpClient>(), new Dictionary<string, HttpClient>());
        (cookies["nobody"], tokens["nobody"]) = (Client(), Client());
        cookies["no role"] = await SignedIn.As(App);
        foreach (var role in StaffRoles.All)
        {
            cookies[role] = await SignedIn.As(App, role);
            tokens[role] = Client();
            var made = (TokenOutcome.Made)await App.In<ApiTokens, TokenOutcome>(
                all => all.CreateAsync(role, role, null, Actor.CommandLine));
            tokens[role].DefaultRequestHeaders.Authorization = new("Bearer", made.Token);
        }
        foreach (var client in cookies.Values.Except([cookies["nobody"]]))
            client.DefaultRequestHeaders.TryAddWithoutValidation(DispatchApp.NetworkHeader, Elsewhere);
        var table = new StringBuilder();
        foreach (var (method, route) in Routes())
        {
            var isApi = route.StartsWith("/api/v1", StringComparison.Ordinal);
            var (clients, others) = isApi ? (tokens, cookies) : (cookies, tokens);
            var isIn = new List<string>();
            foreach (var (name, client) in clients)
                if (await LetsInAsync(client, method, route))
                    isIn.Add(name);
            foreach (var (name, client) in others) // the API ignores cookies, and pages ignore tokens
                Assert.That(await LetsInAsync(client, method, route), Is.EqualTo(isIn.Contains("nobody")),
                    $"{method} {route}, {name} by {(isApi ? "cookie" : "token")}");
            table.Append(CultureInfo.InvariantCulture, $"{method,-7}{route,-74}")
                .Append(isIn.Contains("nobody") ? "everybody" : string.Join(", ", isIn)).Append('\n');
            if (isIn.Contains("nobody"))
                Assert.That(isIn, Has.Count.EqualTo(clients.Count), $"{method} {route}");
        }
        TestContext.Out.WriteLine(table);
        Assert.That(table.ToString().Trim(), Is.EqualTo(Expected.Trim()));
    }

    private HttpClient Client()
    {
        var client = App.NewClient();
        client.DefaultRequestHeaders.Add(DispatchApp.NetworkHeader, Elsewhere);
        return client;
    }

    private static async Task<bool> LetsInAsync(HttpClient client, string method, string route)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), Parameter().Replace(route, match => Sample(match.Value)));
        if (method is not "GET")
            request.Content = !route.StartsWith("/api", StringComparison.Ordinal) ? new FormUrlEncodedContent([])
                : route.EndsWith("/photos", StringComparison.Ordinal) || route.EndsWith("/logo", StringComparison.Ordinal)
                    || route.EndsWith("/readers/import", StringComparison.Ordinal)
                    ? new MultipartFormDataContent { { new StringContent(""), "photo", "a.png" } }
                : new StringContent("{}", Encoding.UTF8, "application/json");
        using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Assert.That((int)answer.StatusCode, Is.LessThan(500), $"{method} {route}");
        return answer.StatusCode is not (HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden)
            && !(answer.StatusCode is HttpStatusCode.Redirect
                && answer.Headers.Location?.OriginalString.Contains("/desk/sign-in?returnUrl=", StringComparison.Ordinal) is true);
    }

    private IEnumerable<(string Method, string Route)> Routes() => App.Services
        .GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
        .Where(endpoint => endpoint.Metadata.GetMetadata<StaticAssetDescriptor>() is null)
        .SelectMany(endpoint => (endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? ["GET", "POST"])
            .Select(method => (method, $"/{endpoint.RoutePattern.RawText!.Trim('/')}")))
        .Where(route => route.method is not ("HEAD" or "OPTIONS")).Distinct()
        .OrderBy(route => route.Item2, StringComparer.Ordinal).ThenBy(route => route.method, StringComparer.Ordinal);

    // Returns a value that the route accepts and that belongs to nothing.
    private static string Sample(string parameter) => parameter switch
    {
        _ when Length().Match(parameter) is { Success: true } length =>
            new string('a', int.Parse(length.Groups[1].Value, CultureInfo.InvariantCulture)),
        _ when parameter.Contains("html", StringComparison.Ordinal) => "html",
        _ when parameter.Contains(":int", StringComparison.Ordinal) || parameter.Contains(":long", StringComparison.Ordinal) => "99999",
        "{id}" => "1-99999",
        _ => "x1",
    };

    [GeneratedRegex(@":length\((\d+)\)")]
    private static partial Regex Length();

    [GeneratedRegex(@"\{[^}]*\}")]
    private static partial Regex Parameter();
}
