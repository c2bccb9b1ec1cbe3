using Dispatch.Templates;
using Dispatch.Worker.Database;
using Dispatch.Worker.Issues.Content;
using Dispatch.Worker.Issues.Photos;
using Dispatch.Worker.Newsletters;
using Dispatch.Worker.Settings;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Dispatch.Worker.Issues;

/// <summary>
/// Shows an issue as an invented reader would see it. Picture URLs contain a key, because only staff may see an issue's pictures before it
/// goes out.
/// </summary>
public sealed class IssuePreview(
    IssuePhotos photos, IssueRenderer renderer, PictureAccess pictures, IOptions<SiteSettings> site, TimeProvider clock,
    ILogger<IssuePreview> log)
{
    public Task<PreviewedIssue> ShowAsync(Issue issue, CancellationToken cancel = default) => ShowAsync(issue, issue.Text, cancel);

    /// <summary>
    /// Shows an issue with a text that is not saved yet. A template error is reported as a fault, so the desk stays usable.
    /// </summary>
    public Task<PreviewedIssue> ShowAsync(Issue issue, IssueText text, CancellationToken cancel = default) =>
        TryAsync(issue.Id, text, async () =>
        {
            var shown = Fill(await renderer.RenderAsync(issue, text, issue.SendAt ?? clock.GetUtcNow(), cancel));
            if (issue.SendStartedAt is not null)
                return shown;
            var all = await photos.OfAsync(issue.Id, cancel);
            return shown with
            {
                Html = pictures.WithKeys(shown.Html, all),
                Faults = [.. shown.Faults, .. photos.MissingIn(shown.Html, all)],
            };
        });

    /// <summary>Shows an issue that is not stored yet. Its pictures have no keys.</summary>
    public Task<PreviewedIssue> ShowAsync(Newsletter newsletter, IssueText text, IEnumerable<Photo> withPhotos) =>
        TryAsync(null, text, () => Task.FromResult(Fill(renderer.Render(newsletter, text, withPhotos, clock.GetUtcNow()))));

    private async Task<PreviewedIssue> TryAsync(int? issueId, IssueText text, Func<Task<PreviewedIssue>> show)
    {
        try
        {
            return await show();
        }
        catch (TemplateException fault)
        {
            return Unshowable(text, "template", $"A template does not fit: {fault.Message}");
        }
        catch (Exception fault) when (fault is not OperationCanceledException && !TransientErrors.Is(fault))
        {
            // Any exception is only logged, because the author must still be able to open the text and change it.
            log.LogError(fault, "Issue {Issue} can't be rendered", issueId);
            return Unshowable(text, "rendering",
                "We can't show a preview. This is our fault; it has been logged.");
        }
    }

    private static PreviewedIssue Unshowable(IssueText text, string rule, string why) =>
        new(text.Subject, "", "", [new(FaultSeverity.Error, null, rule, why)]);

    private PreviewedIssue Fill(RenderedIssue rendered) => new(
        rendered.Mail.Subject,
        Placeholders.Fill(rendered.Mail.Html, Values, htmlEncode: true),
        Placeholders.Fill(rendered.Mail.Text, Values, htmlEncode: false),
        rendered.Faults)
    {
        Unreadable = rendered.Unreadable,
    };

    /// <summary>The token in the links of previews and test messages, whose pages only say so.</summary>
    public const string Token = "preview";

    /// <summary>The unsubscribe link in previews and test messages.</summary>
    public Uri UnsubscribeUrl => new(site.Value.Url, $"unsubscribe/{Token}");

    /// <summary>The link to the issue's page in test messages of an issue that has no page yet.</summary>
    public Uri PageUrl => new(site.Value.Url, $"issues/{Token}");

    private Dictionary<string, string?> Values => new(StringComparer.Ordinal)
    {
        [Placeholders.Name] = "Reader",
        [Placeholders.UnsubscribeUrl] = UnsubscribeUrl.AbsoluteUri,
        [Placeholders.PreferencesUrl] = new Uri(site.Value.Url, $"preferences/{Token}").AbsoluteUri,
    };
}

/// <summary>The message as a reader would see it, and the faults in the issue.</summary>
public sealed record PreviewedIssue(string Subject, string Html, string Text, IReadOnlyList<ContentFault> Faults)
{
    /// <summary>The faults that prevent the issue from going out.</summary>
    public IReadOnlyList<ContentFault> Errors => [.. Faults.Where(fault => fault.Severity is FaultSeverity.Error)];

    /// <inheritdoc cref="IssueContent.Unreadable"/>
    public bool Unreadable { get; init; }
}
