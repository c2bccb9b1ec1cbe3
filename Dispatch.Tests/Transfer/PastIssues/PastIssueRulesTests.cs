using System.IO.Compression;
using Dispatch.Tests.Support;
using Dispatch.Tests.Support.Samples;
using Dispatch.Tests.Support.Servers;
using Dispatch.Worker.Issues;
using Dispatch.Worker.Issues.Photos;
using Dispatch.Worker.Newsletters;
using Dispatch.Worker.Transfer.PastIssues;
using Dispatch.Worker.Transfer.Reading;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Tests.Transfer.PastIssues;

/// <summary>What archives may hold that no sample has.</summary>
[TestFixture(Provider.Sqlite)]
public class PastIssueRulesTests(Provider provider) : PastIssueTest(provider)
{
    private const string Post = "---\ntitle: The road\ndate: 2024-05-15\n---\nNobody has asked for it.\n";

    [Test]
    public async Task A_date_without_a_time_or_a_zone_stands_on_its_day_in_the_newsletters_zone()
    {
        await using (var db = App.OpenDb())
            await db.Newsletters.ExecuteUpdateAsync(set => set.SetProperty(row => row.TimeZone, "Pacific/Kiritimati"));
        await Imports(Archive(("a.md", Post), ("b.md", Post.Replace("2024-05-15", "2024-05-15 23:30:00")),
            ("c.md", Post.Replace("date: 2024-05-15", "date: May 15, 2024")),
                ("d.md", "+++\ntitle = \"T\"\ndate = 2024-05-15\n+++\nWords."),
            ("e.md", "+++\r\ntitle = 'T'\r\ndate = 2024-05-15T01:00:00+14:00 # local\r\n+++\r\nWords.")));
        Assert.That(await App.Http.GetStringAsync("/newsletters/china-in-eurasia/archive"),
            Does.Contain("datetime=\"2024-05-15\"").And.Not.Contain("2024-05-14").And.Not.Contain("2024-05-16"));
        await using var read = App.OpenDb();
        Assert.That(await read.Issues.CountAsync(issue => issue.State == IssueState.Sent), Is.EqualTo(5));
    }

    [Test]
    public async Task Marks_of_order_line_ends_and_odd_heads_stop_nothing()
    {
        var report = await Imports(Archive(
            ("bom.md", "\uFEFF" + Post.Replace("\n", "\r\n")),
            ("undated.md", "---\ntitle: Undated\n---\nWords."),
            ("untitled.md", "---\ndate: 2024-05-16\n---\nWords."),
            ("not-yaml.md", "---\ntitle: The road: a letter\ndate: 2024-05-17\n---\nWords."),
            ("tomorrow.md", "---\ntitle: To come\ndate: 2027-01-01\n---\nWords."),
            ("no-head.md", "Words."), ("README.md", "About this."), ("empty.md", "---\ntitle: Empty\ndate: 2024-05-18\n---\n")));
        Assert.That(report.Lines.Select(line => $"{line.Entry} {line.Fate} {line.Subject}"), Is.EquivalentTo(new[]
        {
            "bom.md Published The road", "undated.md Draft Undated", "untitled.md Published (Untitled)", "README.md Skipped ",
            "not-yaml.md Published The road: a letter", "tomorrow.md Draft To come", "no-head.md Refused ", "empty.md Draft Empty",
        }));
        Assert.That(await Page("bom"), Does.Contain("Nobody has asked for it."));
    }

    [Test]
    public async Task A_file_of_ours_that_was_filed_for_a_slot_stands_on_its_day_with_its_pictures()
    {
        var report = await Imports(Path.Combine(Shared.Folder("issues"), "2021-11-17-china-in-eurasia.md"), new(From: "dispatch"));
        Assert.That(report.Result, Is.EqualTo(new PastImportResult(1, 0, 0, 0, 0, 0, 0, 0, 8, 0, 0)));
        Assert.That(report.Lines.Single().Remarks, Is.Empty);
        var issue = await Issue("uyghurs-want-more-than-words");
        Assert.That((issue.State, issue.SendStartedAt!.Value), Is.EqualTo((IssueState.Sent,
            new DateTimeOffset(2021, 11, 17, 11, 0, 0, TimeSpan.Zero))));
        Assert.That(await Page(issue.Slug), Does.Contain("datetime=\"2021-11-17\"").And.Contain("Reid Standish"));
        Assert.That((await Imports(Archive(("a.md",
            "---\nnewsletter: china-in-eurasia\nsubject: To come\nslot: 2027-01-06\n---\nWords.")))).Result.Drafts, Is.EqualTo(1));
    }

    [Test]
    public async Task A_file_that_the_list_spells_otherwise_is_told_once()
    {
        var report = await Imports(Archive(
            ("posts.csv", "post_id,title,post_date,is_published\n"
                + "1.cafe\u0301,Decomposed,2024-05-15,true\n2.Road,Capital,2024-05-16,true\n"),
            ("posts/1.caf\u00e9.html", "<p>A</p>"), ("posts/2.road.html", "<p>B</p>")));
        Assert.That(report.Lines.Select(line => (line.Fate, line.Subject)), Is.EquivalentTo(new[]
        {
            (PastImportFate.Published, "Decomposed"), (PastImportFate.Published, "Capital"),
        }));
    }

    [Test]
    public async Task The_same_slug_twice_gets_a_number_and_so_does_one_that_is_taken_here()
    {
        (await (await ApiCaller.With(App)).Post("/newsletters/china-in-eurasia/issues", new { subject = "The road", body = "A." })).Is(201);
        var report = await Imports(Archive(("a.md", Post.Replace("---\nNobody", "slug: the-road\n---\nNobody")),
            ("b.md", Post.Replace("---\nNobody", "slug: the-road\n---\nNobody"))));
        await using var db = App.OpenDb();
        Assert.That(await db.Issues.OrderBy(issue => issue.Id).Select(issue => issue.Slug).ToListAsync(),
            Is.EqualTo(new[] { "the-road", "the-road-2", "the-road-3" }));
        Assert.That(report.Lines.Select(line => line.Remarks[0]),
            Is.EqualTo(new[] { "The slug the-road is taken: this one is the-road-2.",
                "The slug the-road is taken: this one is the-road-3." }));
    }

    [TestCase("الطريق-إلى-السد"), TestCase("道路与水坝"), TestCase("дорога")]
    public async Task A_slug_in_any_script_is_kept_and_its_old_address_leads_on(string slug)
    {
        await Imports(Archive(($"2024-05-15-{slug}.md", "---\ntitle: T\n---\nWords.")));
        Assert.That((await Issue(slug.Normalize())).State, Is.EqualTo(IssueState.Sent));
        using var answer = await App.NewClient().GetAsync($"/2024/05/15/{Uri.EscapeDataString(slug)}.html");
        Assert.That((int)answer.StatusCode, Is.EqualTo(301));
        Assert.That(Uri.UnescapeDataString(answer.Headers.Location!.OriginalString), Does.EndWith($"/issues/{slug}"));
        Assert.That(await App.Http.GetStringAsync(answer.Headers.Location), Does.Contain("Words."));
    }

    [Test]
    public async Task A_broken_entry_of_a_zip_stops_no_other_and_can_be_brought_later()
    {
        var bad = Utf8(Post.Replace("The road", "Bad"));
        var path = Zip(("a.md", Utf8(Post)), ("bad.md", bad), ("c.md", Utf8(Post.Replace("The road", "The dam"))));
        var bytes = await File.ReadAllBytesAsync(path);
        bytes[bytes.AsSpan().IndexOf(bad) + 40] ^= 1;
        await File.WriteAllBytesAsync(path, bytes);
        var report = await Imports(path);
        Assert.That(report.Lines.Select(line => (line.Entry, line.Fate)), Is.EqualTo(new[]
        {
            ("a.md", PastImportFate.Published), ("bad.md", PastImportFate.Refused), ("c.md", PastImportFate.Published),
        }));
        Assert.That(report.Lines[1].Remarks.Single(), Does.Contain("damaged").And.Contain("Download the zip again"));
        bytes[bytes.AsSpan().IndexOf(Utf8("bad.md")) + 40 + 6] ^= 0;
        await File.WriteAllBytesAsync(path, await File.ReadAllBytesAsync(Zip(("a.md", Utf8(Post)), ("bad.md", bad))));
        Assert.That((await Imports(path)).Result, Is.EqualTo(new PastImportResult(1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0)));
    }

    [Test]
    public async Task Another_issue_in_a_file_of_the_same_name_is_imported_too()
    {
        const string january = "---\ntitle: January\ndate: 2024-01-10\n---\nJanuary's text.\n",
            february = "---\ntitle: February\ndate: 2024-02-10\n---\nAnother text.\n";
        await Imports(Archive(("index.md", january)));
        var second = Archive(("index.md", february));
        Assert.That((await Imports(second)).Result.Published, Is.EqualTo(1));
        Assert.That(await App.Http.GetStringAsync("/newsletters/china-in-eurasia/archive"),
            Does.Contain("January").And.Contain("February"));
        Assert.That((await Imports(second)).Result.Unchanged, Is.EqualTo(1), "once");
        Assert.That((await Imports(Archive(("index.md", january)))).Result.Unchanged, Is.EqualTo(1));
        foreach (var post in new[] { january, february })
        {
            var edited = post.Replace("title: ", "title: Late ", StringComparison.Ordinal);
            Assert.That((await Imports(Archive(("index.md", edited)))).Result.Unchanged, Is.EqualTo(1), "with another title");
        }
    }

    [Test, Platform("Linux"), CancelAfter(30_000)]
    public async Task A_pipe_in_a_folder_does_not_stop_the_import()
    {
        var folder = Archive(("a.md", Post));
        foreach (var name in new[] { "b.md", "c.csv", "d.json" })
            TestProcess.Run("mkfifo", Path.Combine(folder, name));
        await Task.Run(() => Imports(folder)).WaitAsync(TestContext.CurrentContext.CancellationToken);
        await using var db = App.OpenDb();
        Assert.That(await db.Issues.CountAsync(), Is.EqualTo(1));
    }

    [Test]
    public async Task A_folder_and_a_zip_of_it_are_the_same_archive()
    {
        await Imports(Archive(("a.md", Post), ("b/index.md", Post)));
        Assert.That((await Imports(Zip(("blog/a.md", Utf8(Post)), ("blog/b/index.md", Utf8(Post))))).Result.Unchanged, Is.EqualTo(2));
    }

    [Test]
    public async Task A_list_of_posts_that_breaks_off_is_refused_whole_by_its_name_and_line()
    {
        var path = Archive(("posts.csv", "post_id,title\n1.a,\"never closed\n2.b,B\n"), ("posts/1.a.html", "<p>A</p>"));
        var fault = await Assert.ThrowsAsync<UnreadableFileException>(() => Imports(path));
        Assert.That(fault!.Message, Does.StartWith("posts.csv: Line 2, column 2: a quotation mark opens there"));
    }

    [Test]
    public async Task No_name_in_a_zip_leads_out_of_it_and_what_unpacks_without_end_is_refused()
    {
        await File.WriteAllTextAsync(Folder["secret.jpg"], "secret");
        var path = Zip(("../outside.md", Utf8(Post)), ("/etc/evil.md", Utf8(Post)), ("posts\\..\\..\\x.md", Utf8(Post)),
            ("in/good.md", Utf8(Post + "\n![x](../../../secret.jpg)\n\n![y](/secret.jpg)\n")));
        await using (var file = new FileStream(path, FileMode.Open))
        {
            using var zip = new ZipArchive(file, ZipArchiveMode.Update);
            await using var bomb = zip.CreateEntry("in/bomb.md", CompressionLevel.Optimal).Open();
            await bomb.WriteAsync(new byte[40 << 20]);
        }
        var report = await Imports(path);
        Assert.That(report.Lines.Select(line => (line.Entry, line.Fate)),
            Is.EqualTo(new[] { ("in/bomb.md", PastImportFate.Refused), ("in/good.md", PastImportFate.Published) }));
        Assert.That(report.Lines[0].Remarks.Single(), Does.Contain("larger than 16 MiB"));
        Assert.That((report.Pictures, report.MissingPictures), Is.EqualTo((0, 2)));
    }

    [Test]
    public async Task A_text_of_a_megabyte_comes_in_and_one_that_is_longer_is_refused()
    {
        const string paragraph = "Nobody has asked for it, and **nobody** will say who paid. ";
        string Html(int length) => string.Concat(Enumerable.Repeat($"<p>{paragraph}</p>\n", length / paragraph.Length));
        var posts = "post_id,post_date,is_published,email_sent_at,inbox_sent_at,type,audience,title,subtitle,podcast_url\n"
            + "1.long,2024-05-15T07:00:00.000Z,true,,,newsletter,everyone,Long,,\n"
            + "2.longer,2024-05-16T07:00:00.000Z,true,,,newsletter,everyone,Longer,,\n";
        var report = await Imports(Archive(("posts.csv", posts), ("posts/1.long.html", Html(900_000)),
            ("posts/2.longer.html", Html(1_200_000))));
        Assert.That(report.Lines.Select(line => line.Fate), Is.EqualTo(new[] { PastImportFate.Published, PastImportFate.Refused }));
        Assert.That(report.Lines[1].Remarks.Single(), Does.Contain("the most is 1,000,000"));
    }

    [Test]
    public async Task Pictures_come_from_beside_the_text_whatever_marks_are_in_their_names_and_each_issue_has_its_own()
    {
        var path = Zip(("a/index.md", Utf8("---\ntitle: A\ndate: 2024-05-15\n---\n![One](<img/“The pass” (1).jpg> \"The pass\")\n")),
            ("a/img/“The pass” (1).jpg", Pictures.Jpeg(1)),
            ("b/index.md", Utf8("---\ntitle: B\ndate: 2024-05-16\n---\n![Two](/img/The%20pass.jpg)\n\n![Two again](../a/img/other.jpg)\n")),
            ("static/img/The pass.jpg", Pictures.Jpeg(2)), ("a/img/OTHER.jpg", Pictures.Jpeg(3)));
        var report = await Imports(path);
        Assert.That((report.Pictures, report.MissingPictures), Is.EqualTo((3, 0)),
            string.Join('\n', report.Lines.SelectMany(l => l.Remarks)));
        await using var db = App.OpenDb();
        Assert.That(await db.Photos.OrderBy(photo => photo.Id).Select(photo => photo.FileName).ToListAsync(),
            Is.EqualTo(new[] { "photos/the-pass-1.jpg", "photos/the-pass.jpg", "photos/other.jpg" }));
        foreach (var photo in await db.Photos.ToListAsync())
        {
            Assert.That(await Page("a") + await Page("b"), Does.Contain($"/media/{photo.MediaName}"));
            Assert.That((await App.Http.GetByteArrayAsync($"/media/{photo.MediaName}")).Length, Is.Positive);
        }
    }

    [Test]
    public async Task An_issue_that_came_without_its_picture_gets_it_by_a_later_run_and_stays_as_old()
    {
        const string post = "---\ntitle: A\ndate: 2024-05-15\nimage: cover.jpg\n---\n![One](img/pass.jpg \"The pass\")\n";
        var folder = Archive(("a.md", post));
        Assert.That((await Imports(folder)).MissingPictures, Is.EqualTo(2));
        Assert.That(await Page("a"), Does.Contain("The pass").And.Not.Contain("<img"));
        Directory.CreateDirectory(Path.Combine(folder, "img"));
        await File.WriteAllBytesAsync(Path.Combine(folder, "img/pass.jpg"), Pictures.Jpeg(1));
        await File.WriteAllBytesAsync(Path.Combine(folder, "cover.jpg"), Pictures.Jpeg(2));
        Assert.That((await Imports(folder)).Result, Is.EqualTo(new PastImportResult(0, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0)));
        Assert.That((await Page("a")).Split("<img").Length, Is.EqualTo(3));
        Assert.That(await App.Http.GetStringAsync("/newsletters/china-in-eurasia/feed.xml"),
            Does.Contain("<updated>2024-05-15T10:00:00Z</updated>"));
        Assert.That((await Imports(folder)).Result.Unchanged, Is.EqualTo(1));
    }

    [Test]
    public async Task Pictures_of_a_site_that_the_archive_does_not_name_are_fetched_from_where_the_old_site_was()
    {
        var asked = new List<string>();
        using var fetch = new PictureFetch((host, _) =>
        {
            asked.Add(host);
            return Task.FromResult(new[] { System.Net.IPAddress.Loopback });
        }, _ => false);
        var report = await Imports(Sample("ghost"), new() { OldSite = new Uri("https://gazeta.test/blog/") }, fetch);
        Assert.That(asked.Distinct(), Is.EqualTo(new[] { "gazeta.test" }));
        Assert.That(report.Lines[0].Remarks[0], Does.Contain("gazeta.test is not a public host"));
    }

    [TestCase("substack-export.zip"), TestCase("buttondown-emails.zip"), TestCase("listmonk/campaigns.json")]
    [TestCase("ghost/gazeta.ghost.2026-11-25-09-00-00.json"), TestCase("frontmatter/2024-05-15-the-road.md")]
    public async Task A_file_that_was_cut_or_changed_is_read_as_far_as_it_goes_or_refused(string archive)
    {
        var whole = await File.ReadAllBytesAsync(Sample(archive));
        var random = new Random(20240515);
        var path = Folder[Path.GetFileName(archive)];
        for (var round = 0; round < 60; round++)
        {
            var bytes = round % 3 == 0 ? whole[..random.Next(whole.Length)] : [.. whole];
            for (var change = 0; change < round % 7 && bytes.Length > 0; change++)
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            await File.WriteAllBytesAsync(path, bytes);
            try
            {
                await Imports(path, new() { IsDry = true });
            }
            catch (UnreadableFileException fault)
            {
                Assert.That(fault.Message, Is.Not.Empty);
            }
        }
    }

    [Test]
    public async Task A_file_that_is_no_archive_is_refused_with_what_would_be_one()
    {
        foreach (var (name, content) in new[] { ("readers.csv", "email\na@example.com"), ("broken.zip", "PK\u0003\u0004nothing"),
            ("x.json", "{") })
        {
            await File.WriteAllTextAsync(Folder[name], content);
            var fault = await Assert.ThrowsAsync<UnreadableFileException>(() => Imports(Folder[name]));
            Assert.That(fault!.Message, Does.Contain(name));
        }
        await Assert.ThrowsAsync<UnreadableFileException>(() => Imports(Folder["missing.zip"]));
        await Assert.ThrowsAsync<UnreadableFileException>(() => Imports(Sample("ghost"), new(Newsletter: "unknown")));
    }

    [Test]
    public async Task A_held_back_issue_says_on_the_desk_why_and_can_be_edited()
    {
        await Imports(Sample("substack-export.zip"));
        var held = await Issue("only-paid");
        using var desk = await SignedIn.As(App, "correspondent");
        Assert.That(await desk.GetStringAsync($"/desk/issues/{held.Id}"), Does.Contain("only for some readers (only_paid)"));
        var road = await Issue("the-road");
        Assert.That(await desk.GetStringAsync($"/desk/issues/{road.Id}"), Does.Contain("First sent with Substack")
            .And.Not.Contain("Send to the rest"));
    }
}
