using Dispatch.Tests.Support;
using Dispatch.Worker.Settings;

namespace Dispatch.Tests.Hosting;

/// <summary>A missing key file is reported and never replaced, because no other key opens the readers' addresses.</summary>
[TestFixture(Provider.Sqlite), TestFixture(Provider.Postgres, Category = Needs.Postgres)]
public class MissingKeyFileTests(Provider provider) : DispatchTest(provider)
{
    private string KeyFile => Folder["keys/readers.json"];

    [Test]
    public async Task A_key_file_that_is_gone_stops_the_start_and_none_is_made()
    {
        await Given.ConfirmedSubscriber("ana@readers.test");
        await StopAsync();
        var kept = await File.ReadAllBytesAsync(KeyFile);
        File.Delete(KeyFile);
        Assert.That(() => NewApp(), Throws.InstanceOf<StartException>().With.Message.Contains("is missing").And.Message.Contains(KeyFile));
        foreach (var verb in new[] { "keys add", "staff list", "doctor" })
        {
            var (exit, said) =
                await Typed.RunAsync([.. verb.Split(' '), .. ProcessSettings().Select(setting => $"--{setting.Key}={setting.Value}")]);
            Assert.That((exit, said), Is.EqualTo((1, said)), verb);
            Assert.That(said, Does.StartWith("Privacy:KeyFile: the key file ").And.Contain("Restore it").And.Not.Contain('\n'), verb);
        }
        Assert.That(File.Exists(KeyFile), Is.False);
        await File.WriteAllBytesAsync(KeyFile, kept);
        await using var app = NewApp();
    }
}
