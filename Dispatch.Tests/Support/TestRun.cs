// Tests mostly wait for a relay, a database or a clock, so more of them run at once than there are cores. If a fixture can't run in
// parallel, it says why.
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
        // Hangfire's installer takes its logger once per process. A logger from a test's app would fail forever after that app had ended.
        System.Runtime.CompilerServices.RuntimeHelpers.RunClassConstructor(
            typeof(Hangfire.PostgreSql.PostgreSqlObjectsInstaller).TypeHandle);
        // Tests wait for an app's start on pool threads. By default the pool starts with one thread per core, and adds only one each half
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
