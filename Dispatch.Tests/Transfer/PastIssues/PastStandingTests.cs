using System.IO.Compression;
using System.Text;
using Dispatch.Worker.Transfer.PastIssues;
using Dispatch.Worker.Transfer.PastIssues.Files;
using Dispatch.Worker.Transfer.PastIssues.Sources;

namespace Dispatch.Tests.Transfer.PastIssues;

/// <summary>What was never published, or not for everybody, is not published by an import, however its file says so.</summary>
public class PastStandingTests
{
    [TestCase("draft: true", PastStanding.Draft), TestCase("draft: True", PastStanding.Draft), TestCase("draft: yes", PastStanding.Draft)]
    [TestCase("Draft: TRUE", PastStanding.Draft), TestCase("draft: \"true\"", PastStanding.Draft)]
    [TestCase("isDraft: on", PastStanding.Draft)]
    [TestCase("published: False", PastStanding.Draft), TestCase("publish: no", PastStanding.Draft)]
    [TestCase("status: Draft", PastStanding.Draft)]
    [TestCase("status: unpublished", PastStanding.Draft), TestCase("visibility: Members", PastStanding.HeldBack)]
    [TestCase("visibility: tiers", PastStanding.HeldBack), TestCase("access: founding", PastStanding.HeldBack)]
    [TestCase("paid: true", PastStanding.HeldBack), TestCase("password: opensesame", PastStanding.HeldBack)]
    [TestCase("private: Yes", PastStanding.HeldBack), TestCase("unlisted: True", PastStanding.MailOnly)]
    [TestCase("hidden: true", PastStanding.MailOnly), TestCase("build: {list: never}", PastStanding.MailOnly)]
    [TestCase("archived: no", PastStanding.MailOnly), TestCase("visibility: Public", PastStanding.Published)]
    [TestCase("draft: False", PastStanding.Published), TestCase("published: true", PastStanding.Published)]
    [TestCase("status: published", PastStanding.Published), TestCase("paid: false", PastStanding.Published)]
    public void Front_matter_is_understood_in_all_the_words_of_YAML(string line, object standing)
    {
        var content = Encoding.UTF8.GetBytes($"---\ntitle: The road\ndate: 2024-05-15\n{line}\n---\nWords.\n");
        using var files = ArchiveFiles.Open("a.md", () => new MemoryStream(content));
        Assert.That(new MarkdownArchive().Read(files).OfType<ArchiveItem.Found>().Single().Issue.Standing, Is.EqualTo(standing));
    }

    [Test]
    public void A_post_that_is_to_be_published_later_has_that_day()
    {
        var content = Encoding.UTF8.GetBytes("+++\ntitle = 'The road'\ndate = 2024-05-15\npublishDate = 2099-01-01\n+++\nWords.\n");
        using var files = ArchiveFiles.Open("a.md", () => new MemoryStream(content));
        Assert.That(new MarkdownArchive().Read(files).OfType<ArchiveItem.Found>().Single().Issue.At!.Value.Wall.Year, Is.EqualTo(2099));
    }

    [Test]
    public void The_code_at_the_top_of_MDX_is_no_text()
    {
        var content = Encoding.UTF8.GetBytes(
            "---\ntitle: The road\n---\nimport X from \"../x\";\nexport const y = 1;\n\nWords.\n\nimport z\n");
        using var files = ArchiveFiles.Open("a.mdx", () => new MemoryStream(content));
        Assert.That(new MarkdownArchive().Read(files).OfType<ArchiveItem.Found>().Single().Issue.Content,
            Is.EqualTo("Words.\n\nimport z\n"));
    }

    [TestCase("sent", PastStanding.Published), TestCase("imported", PastStanding.Published), TestCase("deleted", PastStanding.Draft)]
    [TestCase("errored", PastStanding.Draft), TestCase("transactional", PastStanding.Draft), TestCase("Draft", PastStanding.Draft)]
    public void Of_Buttondowns_emails_only_those_that_went_out_are_published(string status, object standing)
    {
        using var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            Write(zip, "emails.csv", $"id,subject,publish_date,slug,email_type,status\n1,The road,2024-05-15,the-road,public,{status}\n");
            Write(zip, "emails/the-road.md", "Words.");
        }
        using var files = ArchiveFiles.Open("emails.zip", () => new MemoryStream(bytes.ToArray()));
        Assert.That(new ButtondownArchive().Read(files).OfType<ArchiveItem.Found>().Single().Issue.Standing, Is.EqualTo(standing));
    }

    private static void Write(ZipArchive zip, string name, string text)
    {
        using var entry = new StreamWriter(zip.CreateEntry(name).Open());
        entry.Write(text);
    }
}
