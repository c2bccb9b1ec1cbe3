// Tests mostly wait, so more of them run at once than there are cores.
[assembly: Parallelizable(ParallelScope.All)]
[assembly: FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
[assembly: LevelOfParallelism(6)]

namespace Dispatch.Tests;

/// <summary>Starts and ends the resources that tests share.</summary>
[SetUpFixture]
public class TestRun
{
    [OneTimeSetUp]
    public void Begin()
    {
        // Hangfire's installer keeps the first logger that it sees. That must not be the logger of a test's app, because the app ends.
        System.Runtime.CompilerServices.RuntimeHelpers.RunClassConstructor(
            typeof(Hangfire.PostgreSql.PostgreSqlObjectsInstaller).TypeHandle);
        // Starting an app blocks pool threads, and the pool adds new ones slowly.
        ThreadPool.SetMinThreads(32, 32);
    }

    [OneTimeTearDown]
    public async Task End()
    {
        Support.Servers.SharedSite.End();
        if (Support.Servers.PostgresCluster.Shared is { IsValueCreated: true, Value: { } postgres })
            postgres.Dispose();
        await Support.Servers.Mailhost.EndAsync();
        await Support.Browsers.Chromium.EndAsync();
    }
}
