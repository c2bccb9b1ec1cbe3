using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Dispatch.Worker.Newsletters;
using Dispatch.Worker.Privacy;
using Dispatch.Worker.Settings;
using Microsoft.Extensions.Options;

namespace Dispatch.Worker.Issues;

/// <summary>
/// The URLs of issues on the site, the same for all readers. The URL of an issue that is kept off the archive contains a key that nobody
/// can guess. Only the issue's messages contain that URL.
/// </summary>
public sealed class IssueAddresses(KeyRing ring, IOptions<SiteSettings> site)
{
    public const string Key = "key";

    private const int KeyBytes = 15;

    public Uri Site => site.Value.Url;

    public Uri Of(Newsletter newsletter, int issueId, string slug, bool archived) =>
        new(site.Value.Url, $"newsletters/{newsletter.Slug}/issues/{slug}{(archived ? "" : $"?{Key}={KeyOf(issueId)}")}");

    public bool Opens(int issueId, string? key) =>
        key is not null && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(KeyOf(issueId)),
            Encoding.UTF8.GetBytes(key.ToLowerInvariant()));

    private string KeyOf(int issueId) => Base32.Encode(
        ring.MarkOf("unlisted-issue", Encoding.ASCII.GetBytes(issueId.ToString(CultureInfo.InvariantCulture))).AsSpan(0, KeyBytes));
}
