using System.Net.Http.Json;
using Dispatch.Tests.Support;
using Dispatch.Worker.Privacy;
using Dispatch.Worker.Subscribers;
using Dispatch.Worker.Subscribers.Confirmations;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Dispatch.Tests.Subscribers;

[TestFixture(Provider.Sqlite)]
public class ReaderNameTests(Provider provider) : DispatchTest(provider)
{
    [TestCase("Evil\r\nBcc: x@example.org", "Evil Bcc: x@example.org"), TestCase("  a  b ", "a  b"), TestCase("\u202Eevil", "evil")]
    [TestCase("\u200B", null), TestCase("a\u0000b", "a b"), TestCase("\u2067Ana\u2069", "Ana"), TestCase("\u061CAna\u200F", "Ana")]
    public void A_name_stands_on_one_line(string text, string? expected) => Assert.That(ReaderName.Of(text), Is.EqualTo(expected));

    [TestCase("An\u202Ea", "Ana"), TestCase("\u2066Ana", "Ana"), TestCase("Ana\u200B \uFEFF", "Ana")]
    [TestCase("\u06A9\u200C\u06CC", "\u06A9\u200C\u06CC")] // joiners belong to the spelling
    public async Task A_name_with_which_somebody_signs_up_turns_no_letters_around(string name, string kept)
    {
        var (reply, expected) = (await App.Http.PostAsJsonAsync("/api/v1/subscriptions", new { email = "ana@example.com", name }), 202);
        Assert.That((int)reply.StatusCode, Is.EqualTo(expected));
        await using var db = App.OpenDb();
        var sealedName = (await db.Confirmations.AsNoTracking().SingleAsync()).SealedName!;
        Assert.That(App.Services.GetRequiredService<KeyRing>().Open(sealedName, Subscriber.NamePurpose), Is.EqualTo(kept));
    }

    [TestCase("w\u00ADww.casino.example"), TestCase("w\u2060ww.casino.example"), TestCase("w\u200Dww.casino.example")]
    [TestCase("w\u200Bww.casino.example"), TestCase("http:\u202E//casino.example")]
    public async Task Invisible_characters_hide_no_link_in_a_name(string name)
    {
        var reply = await App.Http.PostAsJsonAsync("/api/v1/subscriptions", new { email = "ana@example.com", name });
        Assert.That((int)reply.StatusCode, Is.EqualTo(422));
    }
}
