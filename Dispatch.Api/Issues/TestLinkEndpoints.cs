using Dispatch.Worker.Issues;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Dispatch.Api.Issues;

/// <summary>Answers the links of test messages and previews, which readers have for themselves. They change nothing.</summary>
internal static class TestLinkEndpoints
{
    public static void MapTestLinks(this IEndpointRouteBuilder routes)
    {
        routes.MapMethods($"/unsubscribe/{IssuePreview.Token}", ["GET", "HEAD", "POST"], Unsubscribe).ExcludeFromDescription();
        routes.MapMethods($"/preferences/{IssuePreview.Token}", ["GET", "HEAD"], Preferences).ExcludeFromDescription();
        routes.MapMethods($"/issues/{IssuePreview.Token}", ["GET", "HEAD"], IssuePage).ExcludeFromDescription();
    }

    private static ContentHttpResult Unsubscribe() => Says("unsubscribes");

    private static ContentHttpResult Preferences() => Says("leads to their preferences");

    private static ContentHttpResult IssuePage() => Says("leads to the issue's page, which appears when the issue goes out");

    private static ContentHttpResult Says(string what) =>
        TypedResults.Text($"This link is from a test email. In readers' emails, it {what}.\n", "text/plain; charset=utf-8");
}
