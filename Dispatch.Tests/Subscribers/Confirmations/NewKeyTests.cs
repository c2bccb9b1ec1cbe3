using Dispatch.Tests.Support;
using Dispatch.Worker.Privacy;
using Dispatch.Worker.Subscribers.Choices;
using Dispatch.Worker.Subscribers.Confirmations;
using Dispatch.Worker.Subscribers.Mails;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Dispatch.Tests.Subscribers.Confirmations;

/// <summary>A process that has not read a new key yet keeps data sealed with that key.</summary>
[TestFixture(Provider.Sqlite), TestFixture(Provider.Postgres, Category = Needs.Postgres)]
public class NewKeyTests(Provider provider) : DispatchTest(provider)
{
    private const string Ana = "ana@example.com";

    [Test]
    public async Task A_worker_without_the_new_key_reads_the_file_again_and_mails_the_confirmation()
    {
        await Reader.Subscribes(Ana);
        await MakeWithAsync(Another(Folder["keys/readers.json"]));
        await App.RunUntilIdle();
        Assert.That(Smtp.MailFor(Ana), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_fresh_link_made_with_the_new_key_is_mailed_too()
    {
        var ana = await Given.ConfirmedSubscriber(Ana);
        await Reader.Presses(Reader.PreferencesPath(ana));
        await MakeWithAsync(Another(Folder["keys/readers.json"]));
        await App.RunUntilIdle();
        Assert.That(Smtp.MailFor(Ana), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task On_a_machine_without_the_new_file_the_mail_waits_and_goes_out_once_the_file_is_there()
    {
        await Reader.Subscribes(Ana);
        File.Copy(Folder["keys/readers.json"], Folder["elsewhere.json"]);
        await MakeWithAsync(Another(Folder["elsewhere.json"]));
        for (var minute = 0; minute < 5; minute++)
            await App.RunAfter(TimeSpan.FromMinutes(1));
        Assert.That(Smtp.Mails, Is.Empty);
        await using (var db = App.OpenDb())
            Assert.That((await db.SubscriberMails.SingleAsync()).State, Is.EqualTo(SubscriberMailState.Waiting));
        File.Copy(Folder["elsewhere.json"], Folder["keys/readers.json"], overwrite: true);
        await App.RunAfter(TimeSpan.FromMinutes(1));
        Assert.That(Smtp.MailFor(Ana), Has.Count.EqualTo(1));
        Assert.That((int)(await Reader.Confirms(Ana)).StatusCode, Is.EqualTo(200));
    }

    [Test]
    public void That_a_key_is_missing_is_told_once_until_the_file_has_changed()
    {
        var ring = App.Services.GetRequiredService<KeyRing>();
        Assert.That(Enumerable.Range(0, 3).Select(_ => ring.IsToTellOfMissingKey()), Is.EqualTo(new[] { true, false, false }));
        Another(Folder["keys/readers.json"]);
        Assert.That(ring.ReadAgain(), Is.True);
        Assert.That(ring.IsToTellOfMissingKey(), Is.True);
    }

    /// <summary>Adds a key as another process would, and returns that process's key ring.</summary>
    private static KeyRing Another(string path)
    {
        var ring = KeyRing.LoadOrCreate(path);
        ring.AddKey();
        return ring;
    }

    // Rewrites the tokens as if the other process had handled the sign-up.
    private async Task MakeWithAsync(KeyRing other)
    {
        var tokens = new ConfirmationTokens(other);
        await using var db = App.OpenDb();
        foreach (var confirmation in await db.Confirmations.ToListAsync())
            confirmation.TokenHash = ConfirmationTokens.Hash(tokens.Derive(confirmation.Seed));
        foreach (var link in await db.OneTimeLinks.ToListAsync())
            link.TokenHash = ConfirmationTokens.Hash(tokens.Derive(link.Seed));
        await db.SaveChangesAsync();
    }
}
