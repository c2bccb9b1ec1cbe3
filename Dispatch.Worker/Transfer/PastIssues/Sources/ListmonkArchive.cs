using System.Globalization;
using System.Text.Json;
using Dispatch.Worker.Transfer.PastIssues.Files;

namespace Dispatch.Worker.Transfer.PastIssues.Sources;

/// <summary>
/// Campaigns of listmonk, as returned by its API. A file may contain one page of them, so a folder or a zip may contain several files.
/// </summary>
internal sealed class ListmonkArchive : ArchiveSystem
{
    public override string Name => "listmonk";
    public override string Title => "listmonk";

    public override string? Recognize(ArchiveFiles files)
    {
        foreach (var file in files.All.Where(GhostArchive.IsJson))
        {
            using var json = Json(file);
            if (json is not null && Campaigns(json.RootElement).Any(IsCampaign))
                return "it is JSON with campaigns";
        }
        return null;
    }

    public override IEnumerable<ArchiveItem> Read(ArchiveFiles files)
    {
        foreach (var file in files.All.Where(GhostArchive.IsJson))
        {
            using var json = Json(file);
            if (json is null)
            {
                yield return new ArchiveItem.Refused(file.Name, "it isn't JSON, or it is incomplete. Export it again.");
                continue;
            }
            foreach (var campaign in Campaigns(json.RootElement).Where(IsCampaign))
            {
                var entry = $"“{Words(Label(campaign, "subject"))}” (campaign {Label(campaign, "id")})";
                yield return Guarded(entry, () => Read(campaign, entry));
            }
        }
    }

    private static ArchiveItem Read(JsonElement campaign, string entry)
    {
        if (Text(campaign, "type") is "optin")
            return new ArchiveItem.Skipped(entry, "it asked readers to confirm");
        if (Text(campaign, "messenger") is not ("email" or "") and var messenger
            && !messenger.StartsWith("email", StringComparison.Ordinal))
            return new ArchiveItem.Skipped(entry, $"it went out by {messenger}, not by email");
        var (status, slug) = (Text(campaign, "status"), Text(campaign, "archive_slug"));
        var isArchived = Text(campaign, "archive") == "true";
        var standing = status switch
        {
            "finished" => isArchived ? PastStanding.Published : PastStanding.MailOnly,
            "cancelled" or "paused" or "running" when Text(campaign, "sent") is not ("0" or "") => PastStanding.HeldBack,
            _ => PastStanding.Draft,
        };
        var uuid = Text(campaign, "uuid");
        return new ArchiveItem.Found(new PastIssue
        {
            Entry = entry,
            Key = uuid is { Length: > 0 } ? uuid : Text(campaign, "id"),
            Title = Words(Text(campaign, "subject")),
            Slug = slug,
            Standing = standing,
            Why = standing is PastStanding.HeldBack ? $"On listmonk this was {status} after {Number(Text(campaign, "sent"))} of "
                + $"{Number(Text(campaign, "to_send"))} emails. It is held back: sending it from here emails it to everybody." : null,
            At = PastDate.Read(Text(campaign, "started_at")) ?? PastDate.Read(Text(campaign, "send_at")),
            Content = Text(campaign, "body"),
            Form = Text(campaign, "content_type") switch
            {
                "markdown" => ContentForm.Markdown,
                "plain" => ContentForm.Plain,
                _ => ContentForm.Html,
            },
            Newsletter = List(campaign, "lists").Select(list => Text(list, "name")).FirstOrDefault(name => name.Length > 0),
            OldPaths = [.. new[] { slug, uuid }.Where(name => name.Length > 0).Select(name => $"/archive/{name}")],
        });
    }

    private static string Number(string digits) =>
        long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number.ToString("N0", CultureInfo.InvariantCulture) : "some";

    private static bool IsCampaign(JsonElement entry) => entry.TryGetProperty("subject", out _)
        && entry.TryGetProperty("content_type", out _)
        && entry.TryGetProperty("body", out _);

    // The response of GET /api/campaigns or of GET /api/campaigns/ID, or an array of campaigns.
    private static IEnumerable<JsonElement> Campaigns(JsonElement root)
    {
        if (root.ValueKind is JsonValueKind.Object && root.TryGetProperty("data", out var data))
            root = data;
        if (root.ValueKind is JsonValueKind.Object && root.TryGetProperty("results", out var results))
            root = results;
        return root.ValueKind switch
        {
            JsonValueKind.Array => root.EnumerateArray().Where(item => item.ValueKind is JsonValueKind.Object),
            JsonValueKind.Object => [root],
            _ => [],
        };
    }
}
