using System.Net;
using Dispatch.Tests.Support;
using Dispatch.Worker.Issues;
using Microsoft.Extensions.DependencyInjection;

namespace Dispatch.Tests.Pages;

[TestFixture(Provider.Sqlite)]
public class MediaTests(Provider provider) : DispatchTest(provider)
{
    [Test]
    public async Task A_picture_may_be_kept_for_a_year()
    {
        var name = await App.Services.GetRequiredService<MediaFolder>().StoreAsync([0xFF, 0xD8, 0xFF, 0xD9], 600, "jpg", CancellationToken.None);
        var answer = await App.Http.GetAsync($"/media/{name}");
        Assert.Multiple(async () =>
        {
            Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK));
            Assert.That(answer.Content.Headers.ContentType!.MediaType, Is.EqualTo("image/jpeg"));
            Assert.That(answer.Headers.CacheControl!.ToString(), Does.Contain("immutable").And.Contain("max-age=31536000"));
            Assert.That(answer.Headers.GetValues("X-Content-Type-Options").Single(), Is.EqualTo("nosniff"));
            Assert.That(await answer.Content.ReadAsByteArrayAsync(), Has.Length.EqualTo(4));
        });
    }

    [TestCase("nonesuch.jpg")]
    [TestCase("..%2fdispatch.db")]
    [TestCase("..%2fkeys%2freaders.json")]
    public async Task Nothing_else_of_the_data_folder_is_served(string name)
    {
        await App.RunUntilIdle();
        Assert.That((await App.Http.GetAsync($"/media/{name}")).StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
    }
}
