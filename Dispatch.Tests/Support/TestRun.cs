// Tests mostly wait, for a relay, a database or a clock: more of them than there are cores run at once. What can't says why on its fixture.
[assembly: Parallelizable(ParallelScope.All)]
[assembly: FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
[assembly: LevelOfParallelism(6)]

namespace Dispatch.Tests;

/// <summary>Begins and ends what tests share.</summary>
[SetUpFixture]
public class TestRun
{
    [OneTimeSetUp]
    public void Begin()
    {
        // It takes its logger once in a process: of an app that a test has ended by then, it would fail for ever after.
        System.Runtime.CompilerServices.RuntimeHelpers.RunClassConstructor(
            typeof(Hangfire.PostgreSql.PostgreSqlObjectsInstaller).TypeHandle);
        // Tests wait for an app's start on the pool's threads, of which there are as many as cores: the rest would come one each half
        // second.
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
