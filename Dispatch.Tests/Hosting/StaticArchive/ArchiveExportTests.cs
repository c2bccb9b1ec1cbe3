using AngleSharp.Html.Parser;
using Dispatch.Api.Hosting.StaticArchive;
using Dispatch.Tests.Support;
using Dispatch.Tests.Support.Samples;
using Dispatch.Worker.Audit;
using Dispatch.Worker.Transfer.PastIssues;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Tests.Hosting.StaticArchive;

/// <summary>The archive as a static site (<c>archive export</c>).</summary>
[TestFixture("http://localhost/"), TestFixture("http://localhost/letters/")]
public class ArchiveExportTests(string publicUrl) : DispatchTest(Provider.Sqlite)
{
    // From a hundred issues on, the archive has a page for each year.
    private const int Many = 101;

    // Few issues have a picture, because encoding it takes longer than all else.
    private const int WithPicture = 3;

    protected override IEnumerable<(string Key, string Value)> Configure() => [("Site:PublicUrl", publicUrl)];

    [Test]
    public async Task Every_link_within_the_archive_leads_to_a_file_and_every_other_to_the_live_site()
    {
        await Given.Newsletter("weekly");
        await FillAsync(Many);
        var done = await new ArchiveExport(GetAsync, new Uri(publicUrl)).WriteAsync(Folder["out"], CancellationToken.None);
        Assert.That(done.Missing, Is.Empty);
        var pages = Directory.EnumerateFiles(Folder["out"], "*.html", SearchOption.AllDirectories).ToList();
        Assert.That(pages, Has.Count.EqualTo(done.Pages));
        Assert.That(pages.Select(page => Path.GetRelativePath(Folder["out"], page)), Is.SupersetOf(new[]
        {
            "index.html", "newsletters/china-in-eurasia/index.html", "newsletters/china-in-eurasia/archive/index.html",
            "newsletters/china-in-eurasia/issues/道路与水坝/index.html", "newsletters/china-in-eurasia/authors/ana-novak/index.html",
            "newsletters/weekly/index.html", "newsletters/china-in-eurasia/archive/2020/index.html",
        }));
        var (inside, live) = (0, 0);
        foreach (var page in pages)
        {
            var html = await File.ReadAllTextAsync(page);
            using var document = new HtmlParser().ParseDocument(html);
            Assert.That(document.QuerySelector("form[action$='/subscribe']"), Is.Null, page);
            foreach (var element in document.QuerySelectorAll("[href], [src], [srcset], [action]"))
                foreach (var address in AddressesOf(element))
                    if (address.Contains("://", StringComparison.Ordinal) || address.StartsWith("mailto:", StringComparison.Ordinal))
                        live += address.StartsWith(publicUrl, StringComparison.Ordinal) ? 1 : 0;
                    else
                    {
                        Assert.That(address, Does.Not.StartWith("/").And.Not.StartWith("?"), page);
                        var parts = address.Split('#');
                        var file = parts[0].Length == 0 ? page
                            : Path.GetFullPath(Path.Combine(Path.GetDirectoryName(page)!, Uri.UnescapeDataString(parts[0].Split('?')[0])));
                        Assert.That(file, Does.Exist, $"{page}: {address}");
                        if (parts.Length > 1)
                            Assert.That(await File.ReadAllTextAsync(file),
                                Does.Contain($"id=\"{Uri.UnescapeDataString(parts[1])}\""), address);
                        inside++;
                    }
        }
        Assert.That((inside, live), Is.GreaterThan((1000, 100)));
        foreach (var file in new[] { "feed.xml", "feed.json" })
            Assert.That(Path.Combine(Folder["out"], "newsletters/china-in-eurasia", file), Does.Exist);
        Assert.That(Directory.EnumerateFiles(Folder["out"], "*.css"), Is.Not.Empty);
        Assert.That(Directory.EnumerateFiles(Path.Combine(Folder["out"], "media")), Is.Not.Empty);
    }

    [Test]
    public async Task A_page_is_the_sites_but_for_its_links_and_the_form()
    {
        await FillAsync(3);
        await new ArchiveExport(GetAsync, new Uri(publicUrl)).WriteAsync(Folder["out"], CancellationToken.None);
        var page = await File.ReadAllTextAsync(Path.Combine(Folder["out"], "newsletters/china-in-eurasia/issues/road-1/index.html"));
        Assert.That(page, Does.Contain($"href=\"{publicUrl}newsletters/china-in-eurasia#subscribe\"")
            .And.Contain("<link rel=\"canonical\" href=\"" + publicUrl + "newsletters/china-in-eurasia/issues/road-1\">")
            .And.Contain("href=\"../../archive/index.html\"").And.Contain("href=\"../road-2/index.html\"")
            .And.Not.Contain("name=\"email\""));
        Assert.That(page, Does.Not.Contain("Off the archive"));
        using var old = await App.NewClient().GetAsync(new Uri(new Uri(publicUrl), "p/road-2/"));
        Assert.That(((int)old.StatusCode, old.Headers.Location?.OriginalString),
            Is.EqualTo((301, new Uri(publicUrl).AbsolutePath + "newsletters/china-in-eurasia/issues/road-2")));
        Assert.That(Directory.Exists(Path.Combine(Folder["out"], "newsletters/china-in-eurasia/issues/private")), Is.False);
    }

    private async Task FillAsync(int count)
    {
        var folder = Folder["past"];
        Directory.CreateDirectory(folder);
        for (var number = 1; number <= count; number++)
            await File.WriteAllTextAsync(Path.Combine(folder, $"{number:000}.md"), $"---\ntitle: Road {number}\nslug: road-{number}\n"
                + $"aliases: [/p/road-{number}]\nauthor: Ana Novak\n"
                + $"date: {2020 + (number / 40)}-01-01 00:{number / 60:00}:{number % 60:00}\n---\n## Part\n\nWords, "
                + $"[another](/newsletters/china-in-eurasia/issues/road-1).\n{(number <= WithPicture ? "\n![A road](road.jpg)\n" : "")}");
        await File.WriteAllBytesAsync(Path.Combine(folder, "road.jpg"), Pictures.Jpeg());
        await File.WriteAllTextAsync(Path.Combine(folder, "zh.md"),
            "---\ntitle: 道路与水坝\nslug: 道路与水坝\ndate: 2023-01-01\n---\n文字。\n");
        await File.WriteAllTextAsync(Path.Combine(folder, "private.md"),
            "---\ntitle: Off the archive\nslug: private\nemail_type: private\ndate: 2023-01-02\n---\nWords.\n");
        await App.In<PastIssueImport, PastImportReport>(import => import.RunAsync(folder, new(Newsletter: "china-in-eurasia"), null,
            Actor.CommandLine, null, CancellationToken.None));
    }

    private async Task<SiteAnswer> GetAsync(string path, CancellationToken cancel)
    {
        using var answer = await App.NewClient().GetAsync(new Uri(new Uri(publicUrl), path.TrimStart('/')), cancel);
        return new((int)answer.StatusCode, await answer.Content.ReadAsByteArrayAsync(cancel));
    }

    private static IEnumerable<string> AddressesOf(AngleSharp.Dom.IElement element) =>
        new[] { "href", "src", "action" }.Select(element.GetAttribute).OfType<string>()
            .Concat((element.GetAttribute("srcset") ?? "").Split(", ", StringSplitOptions.RemoveEmptyEntries)
                .Select(one => one.Split(' ')[0]));
}
