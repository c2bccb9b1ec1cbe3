using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Unicode;

namespace Dispatch.Api.Pages.Site.Feeds;

/// <summary>Writes a feed in JSON Feed 1.1.</summary>
internal static class JsonFeed
{
    private static readonly JsonSerializerOptions Snakes = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.Create(UnicodeRanges.All),
        Converters = { new AsciiAddresses() },
    };

    public static byte[] Write(Feed feed) => JsonSerializer.SerializeToUtf8Bytes(new
    {
        Version = "https://jsonfeed.org/version/1.1",
        Title = feed.Newsletter.Name,
        Description = Given(feed.Newsletter.Description),
        HomePageUrl = feed.Home,
        FeedUrl = feed.Address("feed.json"),
        Language = feed.Newsletter.Locale,
        Authors = new[] { new { feed.Newsletter.Name, Url = feed.Home } },
        Items = feed.Entries.Select(entry => new
        {
            Id = feed.IdOf(entry),
            Url = entry.Address,
            Title = entry.Issue.Subject,
            Summary = Given(entry.Issue.Preheader),
            Image = entry.Picture,
            ContentHtml = entry.Html,
            DatePublished = entry.Issue.At.UtcDateTime,
            DateModified = entry.ModifiedAt.UtcDateTime,
            Authors = feed.AuthorsOf(entry).Select(author => new { author.Name, Url = author.Page }),
        }),
    }, Snakes);

    private static string? Given(string text) => text.Length > 0 ? text : null;

    // A slug may have letters of any script, but an address is ASCII (RFC 3986).
    private sealed class AsciiAddresses : JsonConverter<Uri>
    {
        public override Uri Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => new(reader.GetString()!);

        public override void Write(Utf8JsonWriter writer, Uri value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value.AbsoluteUri);
    }
}
