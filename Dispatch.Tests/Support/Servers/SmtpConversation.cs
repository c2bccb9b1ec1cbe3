using System.Buffers;
using System.IO.Pipelines;
using System.Text;

namespace Dispatch.Tests.Support.Servers;

/// <summary>One connection to the scripted server (RFC 5321, with pipelining).</summary>
internal sealed class SmtpConversation(ScriptedSmtpServer server, Stream stream, int number)
{
    private readonly PipeReader input = PipeReader.Create(stream);
    private string sender = "";
    private string? recipient;
    private bool signedIn;
    private int taken;

    public async Task RunAsync()
    {
        if (!await SayAsync(SmtpStep.Connect, "220 relay.test ready"))
            return;
        while (await LineAsync() is { } bytes)
            if (!await TakeAsync(Encoding.UTF8.GetString(bytes)))
                return;
    }

    private Task<bool> TakeAsync(string line) => line.Split(' ', 2)[0].ToUpperInvariant() switch
    {
        "EHLO" => SayAsync(SmtpStep.Hello, Hello()),
        "HELO" => SayAsync(SmtpStep.Hello, "250 relay.test"),
        "AUTH" => SignInAsync(line),
        "MAIL" => MailAsync(line),
        "RCPT" => RecipientAsync(line),
        "DATA" => DataAsync(),
        "RSET" => ResetAsync(),
        "NOOP" => SayAsync("250 2.0.0 OK"),
        "QUIT" => QuitAsync(),
        _ => SayAsync("502 5.5.2 Not known here"),
    };

    private string Hello()
    {
        string[] lines = ["relay.test", .. server.Extensions, .. server.Login is null ? Array.Empty<string>() : ["AUTH PLAIN LOGIN"]];
        return string.Join("\r\n", lines.Select((line, index) => $"250{(index == lines.Length - 1 ? ' ' : '-')}{line}"));
    }

    private async Task<bool> SignInAsync(string line)
    {
        var words = line.Split(' ');
        var plain = words[1].ToUpperInvariant() is "PLAIN";
        var first = Decoded(words.Length > 2 ? words[2] : await AskAsync(plain ? "" : "VXNlcm5hbWU6"));
        string[] login = plain ? first.Split('\0')[1..] : [first, Decoded(await AskAsync("UGFzc3dvcmQ6"))];
        signedIn = server.Login == (login[0], login[1]);
        return await SayAsync(SmtpStep.SignIn, signedIn ? "235 2.7.0 Welcome" : "535 5.7.8 Wrong user or password");
    }

    private async Task<string> AskAsync(string challenge)
    {
        await SayAsync($"334 {challenge}");
        return Encoding.ASCII.GetString(await LineAsync() ?? []);
    }

    private Task<bool> MailAsync(string line)
    {
        if (server.Login is not null && !signedIn)
            return SayAsync("530 5.7.0 Sign in first");
        (sender, recipient) = (Address(line), null);
        return server.Goodbye is var (mails, goodbye) && taken >= mails ? SayGoodbyeAsync(goodbye)
            : SayAsync(SmtpStep.Sender, "250 2.1.0 OK");
    }

    private async Task<bool> SayGoodbyeAsync(string goodbye) =>
        await SayAsync(goodbye) && !goodbye.StartsWith("421", StringComparison.Ordinal);

    private async Task<bool> RecipientAsync(string line)
    {
        var address = Address(line);
        var reply = "250 2.1.5 OK";
        if (server.Asked(SmtpStep.Recipient, address) is { } answer)
        {
            if (answer.Reply is null)
                return false;
            reply = answer.Reply;
        }
        if (reply[0] == '2')
            recipient = address;
        return await SayAsync(reply) && !reply.StartsWith("421", StringComparison.Ordinal);
    }

    private async Task<bool> DataAsync()
    {
        if (recipient is null)
            return await SayAsync("554 5.5.1 No valid recipients");
        var scripted = server.Asked(SmtpStep.Data, recipient);
        if (scripted is not null)
            return scripted.Reply is { } reply && await SayAsync(reply) && !reply.StartsWith("421", StringComparison.Ordinal);
        await SayAsync("354 Go on");
        if (await ContentAsync() is not { } content)
            return false;
        var answer = server.Asked(SmtpStep.EndOfData, recipient);
        if (answer is null || answer.Reply is null || answer.Reply[0] == '2')
        {
            taken++;
            server.Took(new ReceivedMail(sender, recipient, content, number, answered: answer is null || answer.Reply is not null));
        }
        recipient = null;
        return answer switch
        {
            null => await SayAsync("250 2.0.0 Taken"),
            { Reply: null } => false,
            { Reply: var reply } => await SayAsync(reply) && !reply.StartsWith("421", StringComparison.Ordinal),
        };
    }

    private Task<bool> ResetAsync()
    {
        (sender, recipient) = ("", null);
        return SayAsync("250 2.0.0 OK");
    }

    private async Task<bool> QuitAsync()
    {
        await SayAsync("221 2.0.0 Bye");
        return false;
    }

    // Removes the dot that the client adds to a line that begins with a dot (RFC 5321 §4.5.2).
    private async Task<byte[]?> ContentAsync()
    {
        var content = new ArrayBufferWriter<byte>(64 * 1024);
        while (await LineAsync() is { } line)
        {
            if (line is [(byte)'.'])
                return content.WrittenSpan.ToArray();
            content.Write(line.AsSpan(line is [(byte)'.', ..] ? 1 : 0));
            content.Write("\r\n"u8);
        }
        return null;
    }

    private async Task<byte[]?> LineAsync()
    {
        while (true)
        {
            var read = await input.ReadAsync();
            var buffer = read.Buffer;
            if (buffer.PositionOf((byte)'\n') is { } end)
            {
                var line = buffer.Slice(0, end).ToArray();
                input.AdvanceTo(buffer.GetPosition(1, end));
                return line is [.. var text, (byte)'\r'] ? text : line;
            }
            input.AdvanceTo(buffer.Start, buffer.End);
            if (read.IsCompleted)
                return null;
        }
    }

    private async Task<bool> SayAsync(SmtpStep step, string usual)
    {
        if (server.Asked(step, recipient) is not { } answer)
            return await SayAsync(usual);
        return answer.Reply is { } reply && await SayAsync(reply) && !reply.StartsWith("421", StringComparison.Ordinal);
    }

    private async Task<bool> SayAsync(string reply)
    {
        await stream.WriteAsync(Encoding.UTF8.GetBytes(reply + "\r\n"));
        return true;
    }

    private static string Address(string line) => line[(line.IndexOf('<', StringComparison.Ordinal) + 1)..line.LastIndexOf('>')];

    private static string Decoded(string text) => Encoding.UTF8.GetString(Convert.FromBase64String(text));
}
