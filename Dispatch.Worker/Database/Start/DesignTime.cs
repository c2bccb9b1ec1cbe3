using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace Dispatch.Worker.Database.Start;

/// <summary>Lets <c>dotnet ef</c> write migrations without a running service.</summary>
public sealed class SqliteDesignTime : IDesignTimeDbContextFactory<SqliteDispatchDb>
{
    public SqliteDispatchDb CreateDbContext(string[] args) =>
        new(new DbContextOptionsBuilder<SqliteDispatchDb>().UseSqlite("Data Source=:memory:").Options);
}

/// <inheritdoc cref="SqliteDesignTime"/>
public sealed class PostgresDesignTime : IDesignTimeDbContextFactory<PostgresDispatchDb>
{
    public PostgresDispatchDb CreateDbContext(string[] args) =>
        new(new DbContextOptionsBuilder<PostgresDispatchDb>().UseNpgsql("Host=localhost").Options);
}
