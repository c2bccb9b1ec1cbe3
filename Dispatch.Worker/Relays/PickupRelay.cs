using System.Globalization;
using Dispatch.Worker.Mailing;

namespace Dispatch.Worker.Relays;

/// <summary>A relay that writes each message as an .eml file, as a whole or not at all.</summary>
internal sealed class PickupRelay(string folder, TimeProvider clock) : IRelay
{
    private int count;

    public string Name => $"pickup:{folder}";

    public SmtpReply Send(WireMail mail, Func<bool>? mayBegin)
    {
        if (mayBegin is not null && !mayBegin())
            return SmtpReply.NotBegun;
        // Names sort by time, and reveal nothing about the recipient.
        var name = string.Create(CultureInfo.InvariantCulture,
            $"{clock.GetUtcNow():yyyyMMdd'T'HHmmssfff}-{Interlocked.Increment(ref count) % 1_000_000:d6}-{Guid.CreateVersion7():N}.eml");
        var part = Path.Combine(folder, $".{name}.part");
        try
        {
            Directory.CreateDirectory(folder);
            using (var file = new FileStream(part, FileMode.CreateNew, FileAccess.Write, FileShare.None, 64 * 1024))
            {
                mail.WriteTo(file);
                file.Flush(flushToDisk: true); // once the ledger says accepted, a power cut must not lose the file
            }
            File.Move(part, Path.Combine(folder, name));
            return new SmtpReply(ReplyKind.Accepted, 250, "2.0.0", $"written as {name}") { IsInOutbox = true };
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            TryDelete(part);
            return new SmtpReply(ReplyKind.RelayFault, 0, null, $"The outbox folder can't be written: {fault.Message}");
        }
    }

    public RelayProbe Probe(string sender)
    {
        var probe = Path.Combine(folder, ".probe");
        try
        {
            Directory.CreateDirectory(folder);
            File.WriteAllText(probe, "");
            File.Delete(probe);
            return new RelayProbe(Name, null, "", InClear: false);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return new RelayProbe(Name, fault.Message, "", InClear: false);
        }
    }

    public void Dispose()
    {
    }

    private static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // Nothing to do: the disk has a problem anyway, and nobody mistakes a leftover .part file for a message.
        }
    }
}
