namespace Dispatch.Worker.Relays;

/// <summary>
/// Sends DATA in the same group as the envelope (RFC 2920 section 3.1), which saves one turn of the conversation for each message. MailKit
/// would wait for the replies to MAIL and RCPT first. So this class adds DATA to MailKit's envelope, and later drops MailKit's own DATA.
/// </summary>
/// <remarks>
/// If MailKit goes on with another command, because the envelope was refused or the message is held back, this class drops the reply to
/// DATA. If that reply asks for the content, the connection must end, since even a dot would be a message.
/// </remarks>
/// <param name="receive">Reads from the network.</param>
internal sealed class PipelinedData(Func<ArraySegment<byte>, int> receive)
{
    private readonly byte[] replies = new byte[4 * 1024];
    private int from;
    private int until;
    private int expected; // replies to MAIL and RCPT that MailKit doesn't have yet
    private int column;
    private bool continues;

    /// <summary>Whether DATA was sent, and MailKit has not sent its own DATA yet.</summary>
    public bool IsAhead { get; private set; }

    /// <summary>Whether <see cref="Read"/> must be used instead of the network.</summary>
    public bool HasReplies => IsAhead || from < until;

    /// <summary>
    /// Returns what to send after a group of commands: DATA after an envelope with one recipient, nothing after any other group.
    /// </summary>
    public ReadOnlySpan<byte> After(ReadOnlySpan<byte> group)
    {
        if (IsAhead || !group.StartsWith("MAIL FROM:"u8) || group.Count("\r\n"u8) != 2)
            return [];
        (IsAhead, expected, column, continues) = (true, 2, 0, false);
        return "DATA\r\n"u8;
    }

    /// <summary>Whether the command is MailKit's DATA, which this class has already sent.</summary>
    public bool WasSent(ReadOnlySpan<byte> command)
    {
        if (!IsAhead || !command.SequenceEqual("DATA\r\n"u8))
            return false;
        IsAhead = false;
        return true;
    }

    /// <summary>Reads replies for MailKit. Stops before the reply to DATA until MailKit has sent its own DATA.</summary>
    public int Read(Span<byte> target)
    {
        var text = Received();
        text = text[..Math.Min(text.Length, target.Length)];
        if (IsAhead)
            text = text[..EndOfExpected(text)];
        text.CopyTo(target);
        from += text.Length;
        return text.Length;
    }

    /// <summary>Reads the reply to DATA and discards it.</summary>
    /// <exception cref="IOException">The relay hung up or waits for the content.</exception>
    public void Drop()
    {
        (IsAhead, expected) = (false, 1);
        byte? first = null;
        while (expected > 0)
        {
            var text = Received();
            if (text.IsEmpty)
                throw new IOException("The relay hung up.");
            first ??= text[0];
            from += EndOfExpected(text);
        }
        if (first is (byte)'3')
            throw new IOException("The relay is waiting for a message that is not being sent.");
    }

    private ReadOnlySpan<byte> Received()
    {
        if (from == until)
            (from, until) = (0, receive(replies));
        return replies.AsSpan(from..until);
    }

    // Returns where the last expected reply ends, or the length of the text if that reply is incomplete. A line whose code is followed by a
    // hyphen is not the last of its reply (RFC 5321 §4.2.1).
    private int EndOfExpected(ReadOnlySpan<byte> text)
    {
        for (var index = 0; index < text.Length; index++)
        {
            if (text[index] != '\n')
            {
                if (column++ == 3)
                    continues = text[index] == '-';
                continue;
            }
            var isLast = !continues;
            (column, continues) = (0, false);
            if (isLast && --expected == 0)
                return index + 1;
        }
        return text.Length;
    }
}
