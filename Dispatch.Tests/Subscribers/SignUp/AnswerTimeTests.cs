using System.Net.Http.Json;
using Dispatch.Tests.Support;

namespace Dispatch.Tests.Subscribers.SignUp;

/// <summary>The test's clock stands still while the app works, so it measures only how long an answer waits on purpose.</summary>
[TestFixture(Provider.Sqlite)]
public class AnswerTimeTests(Provider provider) : DispatchTest(provider)
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(10);

    protected override IEnumerable<(string Key, string Value)> Configure() => [("Subscriptions:AnswerAfter", "00:00:00.1")];

    [TestCase("known@example.com", true)]
    [TestCase("known@example.com", false)]
    [TestCase("new@example.com", true)]
    [TestCase("new@example.com", false)]
    public async Task No_sign_up_is_answered_sooner_than_another(string address, bool form)
    {
        await Given.ConfirmedSubscriber("known@example.com");
        var begun = Clock.GetUtcNow();
        var answer = form ? Reader.Subscribes(address) : App.Http.PostAsJsonAsync("/api/v1/subscriptions", new { email = address });
        while (!answer.IsCompleted)
        {
            Clock.Advance(Step);
            await Task.Yield();
        }
        Assert.That((await answer).IsSuccessStatusCode, Is.True);
        Assert.That(Clock.GetUtcNow() - begun, Is.AtLeast(TimeSpan.FromMilliseconds(100)));
    }
}
