using MimeKit;

namespace Dispatch.Tests.Support;

/// <summary>One mail as a server took it: envelope and bytes.</summary>
internal sealed class ReceivedMail(string sender, string recipient, byte[] bytes, int session, bool answered)
{
    // Read once: a MimeMessage decodes its parts anew each time, and not for two tests at once.
    private readonly Lazy<(MimeMessage Message, string Text, string Html)> read = new(() =>
    {
        var message = MimeMessage.Load(new MemoryStream(bytes));
        return (message, message.TextBody ?? "", message.HtmlBody ?? "");
    });

    public string Sender => sender;
    public string Recipient => recipient;
    public byte[] Bytes => bytes;

    /// <summary>Which connection brought it, from 1.</summary>
    public int Session => session;

    /// <summary>False: taken, but the connection was cut before the reply.</summary>
    public bool Answered => answered;
    public MimeMessage Message => read.Value.Message;
    public string MessageId => Message.MessageId!;
    public string Subject => Message.Subject ?? "";
    public string Text => read.Value.Text;
    public string Html => read.Value.Html;

    /// <summary>The https or http address of its List-Unsubscribe header (RFC 2369 §3.2).</summary>
    public Uri UnsubscribeLink => new(Message.Headers[HeaderId.ListUnsubscribe]!.Split(',').Select(part => part.Trim().Trim('<', '>'))
        .First(link => link.StartsWith("http", StringComparison.Ordinal)));

    /// <summary>The first link in its text part whose path begins like this.</summary>
    public Uri Link(string path) => Links.First(link => link.AbsolutePath.StartsWith(path, StringComparison.Ordinal));

    /// <summary>Every address that a program can find in it: in the text, in the HTML, hidden or not, and in its header.</summary>
    public IEnumerable<Uri> AllLinks => new AngleSharp.Html.Parser.HtmlParser().ParseDocument(Html).QuerySelectorAll("[href], [src]")
        .Select(element => element.GetAttribute("href") ?? element.GetAttribute("src")!)
            .Where(link => link.StartsWith("http", StringComparison.Ordinal)).Select(link => new Uri(link))
        .Concat(Links).Concat(Message.Headers.Contains(HeaderId.ListUnsubscribe) ? [UnsubscribeLink] : []).Distinct();

    /// <summary>All addresses in its text part.</summary>
    public IEnumerable<Uri> Links => Text.Split([' ', '\r', '\n', '<', '>', '(', ')', '[', ']'], StringSplitOptions.RemoveEmptyEntries)
        .Where(word => word.StartsWith("http://", StringComparison.Ordinal) || word.StartsWith("https://", StringComparison.Ordinal))
            .Select(word => new Uri(word));
}
