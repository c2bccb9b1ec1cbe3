namespace Dispatch.Tests;

/// <summary>Ends what tests share when the last one is through.</summary>
[SetUpFixture]
public class TestRun
{
    [OneTimeTearDown]
    public async Task End()
    {
        if (Support.PostgresCluster.Shared is { IsValueCreated: true, Value: { } postgres })
            postgres.Dispose();
        await Support.Mailhost.EndAsync();
    }
}
