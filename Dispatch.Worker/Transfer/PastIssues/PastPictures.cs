using Dispatch.Worker.Issues.Photos;
using Dispatch.Worker.Transfer.PastIssues.Files;
using Dispatch.Worker.Transfer.PastIssues.Sources;
using Dispatch.Worker.Transfer.Reading;

namespace Dispatch.Worker.Transfer.PastIssues;

/// <summary>Gets a past issue's pictures from the archive or, failing that, from the web. Each is re-encoded like any other.</summary>
public sealed class PastPictures(PhotoStudio studio)
{
    internal static readonly HadPictures None = new(new Dictionary<string, PhotoOutcome.Taken>(), [], 0);

    /// <param name="files">The archive.</param>
    /// <param name="folder">The folder that relative addresses refer to.</param>
    /// <param name="wanted">The pictures' names and addresses.</param>
    /// <param name="oldSite">The base address of the issue's old site, for addresses without a host, or null.</param>
    /// <param name="fetch">Fetches pictures that the archive doesn't contain, or null.</param>
    /// <param name="isDry">Whether only to look for the files, storing nothing.</param>
    /// <param name="cancel">Stops after the current picture.</param>
    internal async Task<HadPictures> HadAsync(ArchiveFiles files, string folder, IReadOnlyList<(string Name, string Address)> wanted,
        Uri? oldSite, PictureFetch? fetch, bool isDry, CancellationToken cancel)
    {
        var taken = new Dictionary<string, PhotoOutcome.Taken>(StringComparer.Ordinal);
        var (missing, count) = (new List<string>(), 0);
        foreach (var (name, address) in wanted)
        {
            cancel.ThrowIfCancellationRequested();
            var (content, why) = await ContentAsync(files, folder, address, oldSite, fetch, cancel);
            if (content is not null && isDry)
                count++;
            else if (content is not null && await studio.TakeInAsync(content, cancel) is var outcome)
                switch (outcome)
                {
                    case PhotoOutcome.Taken good:
                        taken[name] = good;
                        count++;
                        break;
                    case PhotoOutcome.Refused refused:
                        why = refused.Fault.TrimEnd('.');
                        content = null;
                        break;
                }
            if (content is null)
                missing.Add($"Picture missing, {Shown(address)}: {why}.");
        }
        return new(taken, missing, count);
    }

    private static async Task<(byte[]? Content, string Why)> ContentAsync(
        ArchiveFiles files, string folder, string address, Uri? oldSite, PictureFetch? fetch, CancellationToken cancel)
    {
        if (PictureList.Inline(address) is { } inline)
            return (inline, "");
        if (PictureList.FileOf(files, folder, address) is { } file)
            try
            {
                return (file.Read(PhotoStudio.MostBytes), "");
            }
            catch (UnreadableFileException fault)
            {
                return (null, fault.Message.TrimEnd('.'));
            }
        if (address.StartsWith(GhostArchive.Site, StringComparison.Ordinal))
            address = address[GhostArchive.Site.Length..];
        if (oldSite is not null && Uri.TryCreate(oldSite, address, out var there))
            address = there.AbsoluteUri;
        var isOnTheWeb = address.StartsWith("http://", StringComparison.OrdinalIgnoreCase)
            || address.StartsWith("https://", StringComparison.OrdinalIgnoreCase);
        if (fetch is null)
            return (null, isOnTheWeb ? "to fetch it, use --fetch-pictures"
                : "it isn't in the archive; to fetch it, use --old-site with --fetch-pictures");
        if (!isOnTheWeb)
            return (null, "it isn't in the archive, and its address has no host: say with --old-site where it was");
        var fetched = await fetch.FetchAsync(address, cancel);
        return (fetched.Content, fetched.Why ?? "");
    }

    private static string Shown(string address) => address.Length > 120 ? address[..120] + "…" : address;
}

/// <summary>The pictures found, by name; a sentence about each one missing; and the number found.</summary>
internal sealed record HadPictures(IReadOnlyDictionary<string, PhotoOutcome.Taken> Taken, IReadOnlyList<string> Missing, int Count);
