using MimeKit;

namespace Dispatch.Tests.Support;

/// <summary>A message as a server received it.</summary>
internal sealed class ReceivedMail(string sender, string recipient, byte[] bytes, int session, bool answered)
{
    // Parsed only once, because a MimeMessage decodes its parts at each access and is not thread-safe.
    private readonly Lazy<(MimeMessage Message, string Text, string Html)> read = new(() =>
    {
        var message = MimeMessage.Load(new MemoryStream(bytes));
        return (message, message.TextBody ?? "", message.HtmlBody ?? "");
    });

    public string Sender => sender;
    public string Recipient => recipient;
    public byte[] Bytes => bytes;

    /// <summary>The number of the connection that brought the message, from 1.</summary>
    public int Session => session;

    /// <summary>False if the message was received but the connection was cut before the reply.</summary>
    public bool Answered => answered;
    public MimeMessage Message => read.Value.Message;
    public string MessageId => Message.MessageId!;
    public string Subject => Message.Subject ?? "";
    public string Text => read.Value.Text;
    public string Html => read.Value.Html;

    /// <summary>The http or https URL in the List-Unsubscribe header (RFC 2369 §3.2).</summary>
    public Uri UnsubscribeLink => new(Message.Headers[HeaderId.ListUnsubscribe]!.Split(',').Select(part => part.Trim().Trim('<', '>'))
        .First(link => link.StartsWith("http", StringComparison.Ordinal)));

    /// <summary>Returns the first link in the text part whose path begins with the given text.</summary>
    public Uri Link(string path) => Links.First(link => link.AbsolutePath.StartsWith(path, StringComparison.Ordinal));

    /// <summary>All URLs in the message's text, HTML and header, including hidden links.</summary>
    public IEnumerable<Uri> AllLinks => new AngleSharp.Html.Parser.HtmlParser().ParseDocument(Html).QuerySelectorAll("[href], [src]")
        .Select(element => element.GetAttribute("href") ?? element.GetAttribute("src")!)
            .Where(link => link.StartsWith("http", StringComparison.Ordinal)).Select(link => new Uri(link))
        .Concat(Links).Concat(Message.Headers.Contains(HeaderId.ListUnsubscribe) ? [UnsubscribeLink] : []).Distinct();

    /// <summary>All URLs in the text part.</summary>
    public IEnumerable<Uri> Links => Text.Split([' ', '\r', '\n', '<', '>', '(', ')', '[', ']'], StringSplitOptions.RemoveEmptyEntries)
        .Where(word => word.StartsWith("http://", StringComparison.Ordinal) || word.StartsWith("https://", StringComparison.Ordinal))
            .Select(word => new Uri(word));
}
