using Dispatch.Tests.Support;
using Dispatch.Tests.Support.Browsers;
using Dispatch.Tests.Support.Samples;
using Dispatch.Worker.Audit;
using Dispatch.Worker.Issues.Files;

namespace Dispatch.Tests.Issues.Photos;

/// <summary>A tall, narrow picture that was stretched to the column's width would be several screens high.</summary>
[TestFixture(Provider.Sqlite)]
[Category(Needs.Chromium)]
public class SmallPictureTests(Provider provider) : DispatchTest(provider)
{
    protected override bool Served => true;

    [Test]
    public async Task A_picture_narrower_than_the_column_is_not_enlarged()
    {
        Directory.CreateDirectory(Folder["photos"]);
        await File.WriteAllBytesAsync(Folder["photos/pole.png"], Pictures.Png(200, 300));
        await File.WriteAllTextAsync(Folder["issue.md"],
            "---\nsubject: A pole\nslug: pole\n---\nWords.\n\n![A pole](photos/pole.png)\n");
        var reading = (IssueFileReading.Read)await IssueFile.ReadAsync(Folder["issue.md"]);
        await App.In<IssueFiling, FilingOutcome>(filing =>
            filing.FileAsync(reading.File, new(null, null, SendNow: true), Actor.CommandLine));
        await App.RunAfter(TimeSpan.FromHours(1));

        await using var chromium = await Chromium.LaunchAsync();
        var page = await chromium.VisitorAsync(width: 1280);
        await page.GotoAsync(new Uri(App.Url, "/newsletters/china-in-eurasia/issues/pole").ToString());
        Assert.That(await page.Locator("figure img").EvaluateAsync<int>("picture => picture.clientWidth"), Is.EqualTo(200));
    }
}
