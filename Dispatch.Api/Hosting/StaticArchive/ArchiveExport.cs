using System.Net;
using System.Text;
using System.Text.RegularExpressions;

namespace Dispatch.Api.Hosting.StaticArchive;

/// <summary>
/// Writes the public archive as files that any web server can serve under any path, and that a browser can open without a server. The pages
/// are the site's own, with relative links. The sign-up form is replaced by a link to the live site's.
/// </summary>
/// <param name="get">Returns the response that a reader's browser would get for a path of the site.</param>
/// <param name="site">The live site's address, <c>Site:PublicUrl</c>.</param>
internal sealed partial class ArchiveExport(Func<string, CancellationToken, Task<SiteAnswer>> get, Uri site)
{
    private readonly Dictionary<string, string> addressByFile = new(StringComparer.Ordinal);
    private readonly Queue<string> open = [];

    /// <summary>Writes all pages that can be reached from the first one, and everything they show.</summary>
    /// <param name="folder">The folder, which exists and is empty.</param>
    /// <param name="cancel">Stops writing, which leaves the folder incomplete.</param>
    public async Task<ExportedArchive> WriteAsync(string folder, CancellationToken cancel)
    {
        var (pages, others, missing) = (0, 0, new List<string>());
        foreach (var path in new[] { "/", "/favicon.ico" })
            Want(path);
        while (open.TryDequeue(out var file))
        {
            var answer = await get(addressByFile[file], cancel);
            if (answer.Status != 200 || answer.Body.Length == 0)
            {
                missing.Add(addressByFile[file]);
                continue;
            }
            var isPage = file.EndsWith(".html", StringComparison.Ordinal);
            var path = Path.Combine(folder, file.Replace('/', Path.DirectorySeparatorChar));
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            var content = isPage ? Encoding.UTF8.GetBytes(Page(Encoding.UTF8.GetString(answer.Body), file)) : answer.Body;
            await File.WriteAllBytesAsync(path, content, cancel);
            (pages, others) = isPage ? (pages + 1, others) : (pages, others + 1);
        }
        Open(folder);
        return new(pages, others, missing);
    }

    // All of it is public, and the web server runs under another account.
    private static void Open(string folder)
    {
        if (OperatingSystem.IsWindows())
            return;
        const UnixFileMode file = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
        foreach (var path in Directory.EnumerateFileSystemEntries(folder, "*", SearchOption.AllDirectories).Append(folder))
            File.SetUnixFileMode(path, Directory.Exists(path)
                ? file | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute : file);
    }

    private string Page(string html, string file)
    {
        html = Tag().Replace(html, tag => Attribute().Replace(tag.Value, attribute =>
        {
            var (name, value) = (attribute.Groups[1].Value, WebUtility.HtmlDecode(attribute.Groups[2].Value));
            var changed = name == "srcset" ? string.Join(", ", value.Split(", ").Select(one => Sized(one, file)))
                : Link(value, file, tag.Groups[1].Value);
            return changed == value ? attribute.Value : $"{name}=\"{Encode(changed)}\"";
        }));
        return SignUpForm().Replace(html, form => $"<p class=\"actions\"><a class=\"button primary\" "
            + $"href=\"{Encode(LiveForm(form.Value))}\">{Button().Match(form.Value).Groups[1].Value}</a></p>");
    }

    private string Sized(string source, string file) => source.Split(' ', 2) is [var address, var size]
        ? $"{Link(address, file, "img")} {size}" : Link(source, file, "img");

    private string Link(string address, string file, string element)
    {
        if (address.StartsWith('?')) // this page in another language
            return Live(addressByFile[file] + address);
        if (element == "a" && address.StartsWith(site.AbsoluteUri, StringComparison.Ordinal)
            && Inside(address[site.AbsoluteUri.Length..]) is { } own)
            return own;
        if (!address.StartsWith('/') || address.StartsWith("//", StringComparison.Ordinal))
            return address;
        var home = site.AbsolutePath;
        var path = address.StartsWith(home, StringComparison.Ordinal) ? address[home.Length..] : address[1..];
        return Inside(path) ?? Live("/" + path);

        string? Inside(string path)
        {
            var hash = path.IndexOf('#', StringComparison.Ordinal);
            return Want("/" + (hash < 0 ? path : path[..hash])) is { } to
                ? StaticPaths.Relative(file, to) + (hash < 0 ? "" : path[hash..]) : null;
        }
    }

    private string? Want(string path)
    {
        if (StaticPaths.FileOf(path) is not { } file)
            return null;
        if (addressByFile.TryAdd(file, path))
            open.Enqueue(file);
        return file;
    }

    private string LiveForm(string form) => Newsletter().Match(form) is { Success: true } only
        ? Live($"/newsletters/{only.Groups[1].Value}#subscribe") : Live("/#subscribe");

    private string Live(string path) => new Uri(site, path.TrimStart('/')).AbsoluteUri;

    private static string Encode(string value) => value.Replace("&", "&amp;", StringComparison.Ordinal)
        .Replace("\"", "&quot;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal);

    [GeneratedRegex("""<form\b[^>]* action="[^"]*/subscribe"[^>]*>.*?</form>""", RegexOptions.Singleline)]
    private static partial Regex SignUpForm();

    [GeneratedRegex("""<button\b[^>]*>(.*?)</button>""", RegexOptions.Singleline)]
    private static partial Regex Button();

    [GeneratedRegex("""<input type="hidden" name="newsletter" value="([a-z0-9-]+)">""")]
    private static partial Regex Newsletter();

    [GeneratedRegex("<([a-z0-9]+)\\s[^<>]*>")]
    private static partial Regex Tag();

    [GeneratedRegex("(?<=\\s)(href|src|srcset|action)=\"([^\"]*)\"")]
    private static partial Regex Attribute();
}

/// <summary>The site's response.</summary>
internal sealed record SiteAnswer(int Status, byte[] Body);

/// <summary>How many pages and other files were written, and the paths of what is missing, such as a picture whose file is gone.</summary>
internal sealed record ExportedArchive(int Pages, int Others, IReadOnlyList<string> Missing);
