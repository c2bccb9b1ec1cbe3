using Dispatch.Tests.Support;
using Dispatch.Worker.Addresses;
using Dispatch.Worker.Audit;
using Dispatch.Worker.Newsletters;
using Dispatch.Worker.Privacy;
using Dispatch.Worker.Subscribers;
using Dispatch.Worker.Suppressions;
using Dispatch.Worker.Transfer;
using Dispatch.Worker.Transfer.Import;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Dispatch.Tests.Transfer.Import;

/// <summary>The base of tests that import files of readers.</summary>
public abstract class ImportTest(Provider provider) : DispatchTest(provider)
{
    private protected static string Sample(string name) => Path.Combine(Shared.Folder("corpora/imports"), name);

    /// <summary>Imports a file as the verb does.</summary>
    private protected async Task<ImportStanding> Imports(string name, byte[] content, ImportChoices? choices = null)
    {
        var id = await Reads(name, content, choices);
        return await App.In<ReaderImports, ImportStanding>(async imports =>
        {
            await imports.BeginAsync(id, Actor.CommandLine, queued: false, CancellationToken.None);
            await imports.RunAsync(id, null, CancellationToken.None);
            return (await imports.FindAsync(id, CancellationToken.None))!;
        });
    }

    private protected Task<ImportStanding> Imports(string csv, ImportChoices? choices = null) =>
        Imports("readers.csv", System.Text.Encoding.UTF8.GetBytes(csv), choices);

    /// <summary>Reads a file, and takes nothing in yet.</summary>
    private protected Task<int> Reads(string name, byte[] content, ImportChoices? choices = null) => App.In<ReaderImports, int>(
        imports => imports.ReadAsync(new(name, new MemoryStream(content), content.Length), choices ?? new(), Actor.CommandLine, null,
            CancellationToken.None));

    private protected Task<IReadOnlyList<RefusedLine>> Refused(ImportStanding standing) =>
        App.In<ReaderImports, IReadOnlyList<RefusedLine>>(imports => imports.RefusedAsync(standing.Import.Id, CancellationToken.None));

    /// <summary>Returns what the database says of an address, or null if it doesn't know it.</summary>
    private protected async Task<Imported?> Find(string address, string? newsletter = null)
    {
        var ring = App.Services.GetRequiredService<KeyRing>();
        var hash = ring.HashOf(EmailAddress.Parse(address));
        await using var db = App.OpenDb();
        if (await db.Subscribers.AsNoTracking().SingleOrDefaultAsync(s => s.AddressHash == hash) is not { } subscriber)
            return null;
        var reason = (await db.Suppressions.AsNoTracking().SingleOrDefaultAsync(s => s.AddressHash == hash))?.Reason;
        var subscription = await (from s in db.Subscriptions
                                  join n in db.Newsletters on s.NewsletterId equals n.Id
                                  where s.SubscriberId == subscriber.Id && (newsletter == null || n.Slug == newsletter)
                                  orderby n.Id
                                  select s).AsNoTracking().FirstOrDefaultAsync();
        if (subscription is null)
            return null;
        var status = reason switch
        {
            SuppressionReason.Complaint => ReaderStatus.Complained,
            SuppressionReason.HardBounce or SuppressionReason.SoftBounce => ReaderStatus.Bounced,
            _ => subscription.State switch
            {
                SubscriptionState.Confirmed => ReaderStatus.Confirmed,
                SubscriptionState.Pending => ReaderStatus.Pending,
                _ => ReaderStatus.Unsubscribed,
            },
        };
        return new(subscriber.AddressFrom(ring).Normalized, subscriber.NameFrom(ring), subscriber.Language, status, subscription,
            subscriber.FieldsFrom(ring));
    }

    private protected async Task<string?> StatusOf(string address) =>
        await Find(address) is { } found ? StatusWords.Of(found.Status) : null;

    /// <summary>What the database says of a reader.</summary>
    private protected sealed record Imported(
        string Address, string? Name, string? Language, ReaderStatus Status, Subscription Subscription, Dictionary<string, string> Fields);
}
