using MimeKit;

namespace Dispatch.Worker.Relays;

/// <summary>Mail as files: one .eml a mail, written whole or not at all.</summary>
internal sealed class PickupRelay(string folder, TimeProvider clock) : IRelay
{
    private int count;

    public string Name => $"pickup:{folder}";

    public async Task<SmtpReply> SendAsync(MimeMessage message, MailboxAddress sender, MailboxAddress recipient)
    {
        // Names sort by time; nothing of the recipient is in them.
        var name = $"{clock.GetUtcNow():yyyyMMdd'T'HHmmssfff}-{Interlocked.Increment(ref count) % 1_000_000:d6}-{Guid.CreateVersion7():N}.eml";
        var part = Path.Combine(folder, $".{name}.part");
        try
        {
            Directory.CreateDirectory(folder);
            await using (var file = new FileStream(part, FileMode.CreateNew, FileAccess.Write, FileShare.None, 64 * 1024))
                await message.WriteToAsync(Format(recipient), file);
            File.Move(part, Path.Combine(folder, name));
            return new SmtpReply(ReplyKind.Accepted, 250, "2.0.0", $"written as {name}");
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            TryDelete(part);
            return new SmtpReply(ReplyKind.RelayFault, 0, null, $"The outbox folder can't be written: {fault.Message}");
        }
    }

    public Task<string?> ProbeAsync(CancellationToken cancel)
    {
        var probe = Path.Combine(folder, ".probe");
        try
        {
            Directory.CreateDirectory(folder);
            File.WriteAllText(probe, "");
            File.Delete(probe);
            return Task.FromResult<string?>(null);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return Task.FromResult<string?>(fault.Message);
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static FormatOptions Format(MailboxAddress recipient)
    {
        var format = FormatOptions.Default.Clone();
        format.NewLineFormat = NewLineFormat.Dos;
        format.International = recipient.IsInternational;
        return format;
    }

    private static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // The disk is in trouble anyway; a leftover .part is never taken for a mail.
        }
    }
}
