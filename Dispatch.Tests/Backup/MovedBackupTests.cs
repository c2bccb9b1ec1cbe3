using Dispatch.Tests.Support;

namespace Dispatch.Tests.Backup;

/// <summary>A backup moves a newsroom from one database to the other.</summary>
[TestFixture(Provider.Sqlite, Category = Needs.Postgres), TestFixture(Provider.Postgres, Category = Needs.Postgres)]
public class MovedBackupTests(Provider provider) : BackupTest(provider)
{
    [Test]
    public Task Everything_comes_back_in_the_other_database() =>
        AssertEverythingComesBackAsync(Provider is Provider.Sqlite ? Provider.Postgres : Provider.Sqlite);
}
