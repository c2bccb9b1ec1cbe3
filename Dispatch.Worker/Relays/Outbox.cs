using System.Globalization;
using System.Text.RegularExpressions;
using Dispatch.Worker.Addresses;
using Dispatch.Worker.Settings;
using Microsoft.Extensions.Options;
using MimeKit;

namespace Dispatch.Worker.Relays;

/// <summary>
/// The messages that pickup relays wrote, for people to look at. Only names in the form that <see cref="PickupRelay"/> creates are
/// accepted, so no path leads out of its folders.
/// </summary>
public sealed partial class Outbox(IOptions<MailSettings> settings, DataFolder data)
{
    /// <summary>The largest file, in bytes, that is shown as a message. Dispatch writes no larger files.</summary>
    public const long LargestMail = 32 * 1024 * 1024;

    /// <summary>The folders of the pickup relays, as full paths. Empty if there is no pickup relay.</summary>
    public IReadOnlyList<string> Folders { get; } = [.. settings.Value.AllRelays
        .Select(relay => RelayUrl.TryParse(relay.Url, out var url, out _) ? url.Folder : null).OfType<string>()
            .Select(folder => data.PathTo(folder)).Distinct()];

    /// <summary>Whether all email is only written to folders, because no relay is a mail server.</summary>
    public bool TakesEverything { get; } = settings.Value.AllRelays
        .All(relay => RelayUrl.TryParse(relay.Url, out var url, out _) && url.Folder is not null);

    public static bool IsName(string name) => Name().IsMatch(name);

    /// <summary>Returns a page of the list, newest first.</summary>
    /// <param name="before">The last name of the previous page, or null for the first page.</param>
    /// <param name="count">The number of messages on a page.</param>
    /// <param name="cancel">Cancels the operation.</param>
    public async Task<OutboxPage> ListAsync(string? before, int count, CancellationToken cancel)
    {
        var (newest, more) = Newest(before, count);
        var mails = new List<OutboxMail>();
        foreach (var name in newest)
            if (await LookAtAsync(name, cancel) is { } mail)
                mails.Add(mail);
        return new OutboxPage(mails, more ? newest[^1] : null);
    }

    /// <summary>Opens a message's file. Returns null if the outbox has no such file.</summary>
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

    /// <summary>Deletes messages older than <see cref="MailSettings.KeepPickupFor"/>, and returns how many were deleted.</summary>
    public int ClearAway(DateTimeOffset now)
    {
        if (settings.Value.KeepPickupFor == TimeSpan.Zero)
            return 0;
        var before = now - settings.Value.KeepPickupFor;
        return Files().Where(file => At(Path.GetFileName(file)) <= before).ToList().Count(TryDelete);
    }

    /// <summary>Deletes the messages to the address of a reader who is being erased.</summary>
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

    // Ignores a file that can't be deleted now: the next run tries again.
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

    // Names sort by time, but a file system lists them in no particular order. So all names are read, but only the newest few are kept in
    // memory.
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
            return null; // the file was deleted in the meantime
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

/// <summary>A message in the outbox's list.</summary>
public sealed record OutboxMail(string Name, DateTimeOffset WrittenAt, long Bytes, string To, string Subject);

/// <summary>A page of the outbox.</summary>
/// <param name="Mails">The messages, newest first.</param>
/// <param name="Last">The name after which the next page starts, or null if there is no next page.</param>
public sealed record OutboxPage(IReadOnlyList<OutboxMail> Mails, string? Last);
