namespace Dispatch.Tests;

/// <summary>Begins and ends what tests share.</summary>
[SetUpFixture]
public class TestRun
{
    // It takes its logger once in a process: of an app that a test has ended by then, it would fail for ever after.
    [OneTimeSetUp]
    public void Begin() => System.Runtime.CompilerServices.RuntimeHelpers.RunClassConstructor(typeof(Hangfire.PostgreSql.PostgreSqlObjectsInstaller).TypeHandle);

    [OneTimeTearDown]
    public async Task End()
    {
        if (Support.PostgresCluster.Shared is { IsValueCreated: true, Value: { } postgres })
            postgres.Dispose();
        await Support.Mailhost.EndAsync();
    }
}
