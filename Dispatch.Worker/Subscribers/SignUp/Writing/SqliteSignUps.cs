using Dispatch.Worker.Database;
using Dispatch.Worker.Database.Writing;
using Dispatch.Worker.Suppressions;

namespace Dispatch.Worker.Subscribers.SignUp.Writing;

/// <summary>Writes sign-ups on SQLite, where nobody else writes during the transaction.</summary>
internal sealed class SqliteSignUps
{
    private readonly MailsToAddress mails;
    private readonly SqliteStatement newsletters, subscriber, subscriptions, suppression, taken;
    private readonly SqliteStatement newPlace, newSubscriber, newSubscription, newConfirmation, newMail;

    public SqliteSignUps(SqliteSession session, MailsToAddress mails)
    {
        this.mails = mails;
        newsletters = session.Prepare("""SELECT "Id", "Slug" FROM "Newsletters" ORDER BY "Id" """);
        subscriber = session.Prepare("""SELECT "Id" FROM "Subscribers" WHERE "AddressHash" = ?1""");
        subscriptions = session.Prepare("""SELECT "NewsletterId", "State" FROM "Subscriptions" WHERE "SubscriberId" = ?1""");
        suppression = session.Prepare("""SELECT "Reason" FROM "Suppressions" WHERE "AddressHash" = ?1""");
        taken = session.Prepare("""SELECT 1 FROM "SignUpTallies" WHERE "Key" = ?1 AND "EndsAt" > ?2""");
        newPlace = session.Prepare(
            """
            INSERT INTO "SignUpTallies" ("Key", "EndsAt", "Count") VALUES (?1, ?2, 1)
            ON CONFLICT ("Key") DO UPDATE SET "EndsAt" = excluded."EndsAt", "Count" = 1
            """);
        newSubscriber = session.Prepare("""INSERT INTO "Subscribers" ("AddressHash", "SealedAddress", "CreatedAt") VALUES (?1, ?2, ?3)""");
        newSubscription = session.Prepare(
            """
            INSERT INTO "Subscriptions" ("SubscriberId", "NewsletterId", "State", "Source", "CreatedAt", "SaidWhy")
            VALUES (?1, ?2, 'Pending', ?3, ?4, 0)
            """);
        newConfirmation = session.Prepare(
            """
            INSERT INTO "Confirmations"
              ("SubscriberId", "NewsletterIds", "Seed", "TokenHash", "SealedName", "Language", "Source", "CreatedAt", "ExpiresAt")
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
            """);
        newMail = session.Prepare(
            """
            INSERT INTO "SubscriberMails"
              ("Kind", "SubscriberId", "ConfirmationId", "State", "Attempts", "NextAttemptAt", "CreatedAt", "UpdatedAt")
            VALUES (?1, ?2, ?3, 'Waiting', 0, ?4, ?4, ?4)
            """);
    }

    /// <summary>Writes a sign-up if its address may be mailed.</summary>
    public void Write(SignUpRow row, DateTimeOffset now)
    {
        var known = IdOf(row.AddressHash);
        row.Place = mails.Places(row.Address).FirstOrDefault(place => !IsTaken(place, now));
        if (row.Complete(Newsletters(), known, StatesOf(known), IsSuppressed(row.AddressHash)))
            Insert(row, now);
    }

    private List<(int Id, string Slug)> Newsletters()
    {
        var all = new List<(int, string)>();
        while (newsletters.Read())
            all.Add(((int)newsletters.Int64At(0), newsletters.TextAt(1)));
        return all;
    }

    private long? IdOf(byte[] addressHash)
    {
        long? id = null;
        subscriber.Bind(1, addressHash);
        while (subscriber.Read())
            id = subscriber.Int64At(0);
        return id;
    }

    private Dictionary<int, string> StatesOf(long? subscriberId)
    {
        var states = new Dictionary<int, string>();
        subscriptions.Bind(1, subscriberId);
        while (subscriptions.Read())
            states[(int)subscriptions.Int64At(0)] = subscriptions.TextAt(1);
        return states;
    }

    private bool IsSuppressed(byte[] addressHash)
    {
        var suppressed = false;
        suppression.Bind(1, addressHash);
        while (suppression.Read())
            suppressed |= !MayBeMailed.Allows(Enum.Parse<SuppressionReason>(suppression.TextAt(0)), asks: true);
        return suppressed;
    }

    private bool IsTaken(byte[] place, DateTimeOffset now)
    {
        taken.Bind(1, place);
        taken.Bind(2, now);
        return taken.Any();
    }

    private void Insert(SignUpRow row, DateTimeOffset now)
    {
        var day = RoundedInstants.DayOf(now);
        newPlace.Bind(1, row.Place);
        newPlace.Bind(2, now + MailsToAddress.Day);
        newPlace.Execute();
        var id = row.SubscriberId ?? InsertSubscriber(row, day);
        foreach (var newsletter in row.Unknown)
        {
            newSubscription.Bind(1, id);
            newSubscription.Bind(2, newsletter);
            newSubscription.Bind(3, row.Source);
            newSubscription.Bind(4, day);
            newSubscription.Execute();
        }
        long? confirmation = row.ToConfirm.Length > 0 ? InsertConfirmation(row, id, now) : null;
        newMail.Bind(1, confirmation is null ? "AlreadyThere" : "Confirmation");
        newMail.Bind(2, id);
        newMail.Bind(3, confirmation);
        newMail.Bind(4, now);
        newMail.Execute();
    }

    private long InsertSubscriber(SignUpRow row, DateTimeOffset day)
    {
        newSubscriber.Bind(1, row.AddressHash);
        newSubscriber.Bind(2, row.SealedAddress);
        newSubscriber.Bind(3, day);
        return newSubscriber.Insert();
    }

    private long InsertConfirmation(SignUpRow row, long subscriberId, DateTimeOffset now)
    {
        newConfirmation.Bind(1, subscriberId);
        newConfirmation.Bind(2, $"[{string.Join(',', row.ToConfirm)}]");
        newConfirmation.Bind(3, row.Seed);
        newConfirmation.Bind(4, row.TokenHash);
        newConfirmation.Bind(5, row.SealedName);
        newConfirmation.Bind(6, row.Language);
        newConfirmation.Bind(7, row.Source);
        newConfirmation.Bind(8, now);
        newConfirmation.Bind(9, now + Confirmations.Confirmation.GoodFor);
        return newConfirmation.Insert();
    }
}
