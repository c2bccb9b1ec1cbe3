using Dispatch.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Tests.Database;

[TestFixture(Provider.Postgres, Category = Needs.Postgres)]
public class SilentSessionTests(Provider provider) : DispatchTest(provider)
{
    [Test]
    public async Task A_session_that_falls_silent_in_a_transaction_loses_its_locks_after_a_minute()
    {
        for (var time = 0; time < 3; time++)
        {
            await using var db = App.OpenDb();
            Assert.That(await db.Database.SqlQueryRaw<string>(
                "SELECT current_setting('idle_in_transaction_session_timeout') AS \"Value\"").SingleAsync(), Is.EqualTo("1min"));
        }
    }
}
