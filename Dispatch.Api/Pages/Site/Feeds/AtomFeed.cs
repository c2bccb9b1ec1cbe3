using System.Globalization;
using System.Text;
using System.Xml;

namespace Dispatch.Api.Pages.Site.Feeds;

/// <summary>Writes a feed in Atom (RFC 4287).</summary>
internal static class AtomFeed
{
    private const string Atom = "http://www.w3.org/2005/Atom";

    private static readonly XmlWriterSettings Settings = new(
        )
    { Encoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), Indent = true, CheckCharacters = false };

    public static byte[] Write(Feed feed)
    {
        using var bytes = new MemoryStream();
        using (var xml = XmlWriter.Create(bytes, Settings))
        {
            xml.WriteStartElement("feed", Atom);
            xml.WriteAttributeString("xml", "lang", null, feed.Newsletter.Locale);
            xml.WriteElementString("id", feed.Id);
            xml.WriteElementString("title", Text(feed.Newsletter.Name));
            if (feed.Newsletter.Description.Length > 0)
                xml.WriteElementString("subtitle", Text(feed.Newsletter.Description));
            xml.WriteElementString("updated", Time(feed.UpdatedAt));
            Author(xml, feed.Newsletter.Name, feed.Home);
            Link(xml, "self", "application/atom+xml", feed.Address("feed.xml"));
            Link(xml, "alternate", "text/html", feed.Home);
            foreach (var entry in feed.Entries)
                Entry(xml, feed, entry);
            xml.WriteEndElement();
        }
        return bytes.ToArray();
    }

    private static void Entry(XmlWriter xml, Feed feed, FeedEntry entry)
    {
        xml.WriteStartElement("entry");
        xml.WriteElementString("id", feed.IdOf(entry));
        xml.WriteElementString("title", Text(entry.Issue.Subject));
        xml.WriteElementString("updated", Time(entry.ModifiedAt));
        xml.WriteElementString("published", Time(entry.Issue.At));
        foreach (var (name, page) in feed.AuthorsOf(entry))
            Author(xml, name, page);
        Link(xml, "alternate", "text/html", entry.Address);
        if (entry.Issue.Preheader.Length > 0)
            xml.WriteElementString("summary", Text(entry.Issue.Preheader));
        xml.WriteStartElement("content");
        xml.WriteAttributeString("type", "html");
        xml.WriteString(Text(entry.Html));
        xml.WriteEndElement();
        xml.WriteEndElement();
    }

    private static void Author(XmlWriter xml, string name, Uri page)
    {
        xml.WriteStartElement("author");
        xml.WriteElementString("name", Text(name));
        xml.WriteElementString("uri", page.AbsoluteUri);
        xml.WriteEndElement();
    }

    private static void Link(XmlWriter xml, string relation, string type, Uri address)
    {
        xml.WriteStartElement("link");
        xml.WriteAttributeString("rel", relation);
        xml.WriteAttributeString("type", type);
        xml.WriteAttributeString("href", address.AbsoluteUri);
        xml.WriteEndElement();
    }

    private static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    // XML does not allow control characters, not even escaped (XML 1.0 §2.2).
    private static string Text(string text) =>
        text.All(XmlConvert.IsXmlChar) ? text : new string([.. text.Where(c => XmlConvert.IsXmlChar(c) || char.IsSurrogate(c))]);
}
