using System.Globalization;
using System.Text.RegularExpressions;
using Dispatch.Worker.Addresses;
using Dispatch.Worker.Settings;
using Microsoft.Extensions.Options;
using MimeKit;

namespace Dispatch.Worker.Relays;

/// <summary>
/// The mails that pickup relays wrote, for people to look at. Only names that <see cref="PickupRelay"/> creates are accepted, so no path
/// leads out of its folders. A page of the list costs a walk over the folder's names, but memory for that page only.
/// </summary>
public sealed partial class Outbox(IOptions<MailSettings> settings, DataFolder data)
{
    /// <summary>A mail is shown whole; anything larger than this was not written by Dispatch.</summary>
    public const long LargestMail = 32 * 1024 * 1024;

    /// <summary>Where the mails are, as full paths; none without a pickup relay.</summary>
    public IReadOnlyList<string> Folders { get; } = [.. settings.Value.AllRelays
        .Select(relay => RelayUrl.TryParse(relay.Url, out var url, out _) ? url.Folder : null).OfType<string>()
            .Select(folder => data.PathTo(folder)).Distinct()];

    public static bool IsName(string name) => Name().IsMatch(name);

    /// <summary>A page of the list, the newest mail first.</summary>
    /// <param name="before">The last name of the page before; null for the first page.</param>
    /// <param name="count">How many mails a page has.</param>
    /// <param name="cancel">Cancels the wait.</param>
    public async Task<OutboxPage> ListAsync(string? before, int count, CancellationToken cancel)
    {
        var (newest, more) = Newest(before, count);
        var mails = new List<OutboxMail>();
        foreach (var name in newest)
            if (await LookAtAsync(name, cancel) is { } mail)
                mails.Add(mail);
        return new OutboxPage(mails, more ? newest[^1] : null);
    }

    /// <summary>A mail's file, or null.</summary>
    public FileStream? Open(string name)
    {
        if (!IsName(name))
            return null;
        foreach (var file in Folders.Select(folder => new FileInfo(Path.Combine(folder, name))))
            if (file is { Exists: true, LinkTarget: null, Length: <= LargestMail })
                return new FileStream(file.FullName, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete,
                    64 * 1024, useAsync: true);
        return null;
    }

    /// <summary>Deletes mails older than <see cref="MailSettings.KeepPickupFor"/>; returns how many there were.</summary>
    public int ClearAway(DateTimeOffset now)
    {
        if (settings.Value.KeepPickupFor == TimeSpan.Zero)
            return 0;
        var before = now - settings.Value.KeepPickupFor;
        return Files().Where(file => At(Path.GetFileName(file)) <= before).ToList().Count(TryDelete);
    }

    /// <summary>Deletes the mails to an address, for readers who are erased.</summary>
    public async Task ForgetAsync(EmailAddress address, CancellationToken cancel)
    {
        foreach (var file in Files().ToList())
            if (await GoesToAsync(Path.GetFileName(file), address, cancel))
                TryDelete(file);
    }

    private IEnumerable<string> Files() =>
        Folders.Where(Directory.Exists).SelectMany(folder => Directory.EnumerateFiles(folder, "*.eml"))
            .Where(file => IsName(Path.GetFileName(file)));

    private async Task<bool> GoesToAsync(string name, EmailAddress address, CancellationToken cancel)
    {
        await using var file = Open(name);
        if (file is null)
            return false;
        var headers = await new MimeParser(file, MimeFormat.Entity).ParseHeadersAsync(cancel);
        return InternetAddressList.TryParse(headers[HeaderId.To], out var to)
            && to.Mailboxes.Any(mailbox => EmailAddress.TryParse(mailbox.Address, out var known, out _) && known == address);
    }

    // A file that can't be deleted now will still be there, only older, next time.
    private static bool TryDelete(string file)
    {
        try
        {
            File.Delete(file);
            return true;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    // The names sort by time. A file system lists them in no particular order, so all are read, but only the newest few are kept.
    private (List<string> Names, bool More) Newest(string? before, int count)
    {
        var newest = new SortedSet<string>(StringComparer.Ordinal);
        var more = false;
        foreach (var name in Folders.Where(Directory.Exists).SelectMany(folder => Directory.EnumerateFiles(folder, "*.eml"))
            .Select(path => Path.GetFileName(path)))
        {
            if ((before is not null && string.CompareOrdinal(name, before) >= 0) || !IsName(name))
                continue;
            newest.Add(name);
            if (newest.Count > count)
            {
                newest.Remove(newest.Min!);
                more = true;
            }
        }
        return ([.. newest.Reverse()], more);
    }

    private async Task<OutboxMail?> LookAtAsync(string name, CancellationToken cancel)
    {
        await using var file = Open(name);
        if (file is null)
            return null; // deleted in the meantime
        var headers = await new MimeParser(file, MimeFormat.Entity).ParseHeadersAsync(cancel);
        return new OutboxMail(name, At(name), file.Length, Text(HeaderId.To), Text(HeaderId.Subject));

        string Text(HeaderId header) => headers[header] ?? "";
    }

    private static DateTimeOffset At(string name) =>
        DateTimeOffset.ParseExact(name[..18], "yyyyMMdd'T'HHmmssfff", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);

    [GeneratedRegex(
        @"\A[0-9]{4}(?:0[1-9]|1[0-2])(?:[0-2][0-9]|3[01])T(?:[01][0-9]|2[0-3])[0-5][0-9][0-5][0-9][0-9]{3}-[0-9]{6}-[0-9a-f]{32}\.eml\z",
        RegexOptions.CultureInvariant)]
    private static partial Regex Name();
}

/// <summary>One line of the outbox's list.</summary>
public sealed record OutboxMail(string Name, DateTimeOffset WrittenAt, long Bytes, string To, string Subject);

/// <summary>A page of the outbox.</summary>
/// <param name="Mails">The newest first.</param>
/// <param name="Last">The name that the next page starts after; null if there is no next page.</param>
public sealed record OutboxPage(IReadOnlyList<OutboxMail> Mails, string? Last);
