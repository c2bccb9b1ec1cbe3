using Dispatch.Worker.Database.Start;
using Dispatch.Worker.Database.Writing;
using Dispatch.Worker.Settings;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Dispatch.Worker.Database;

/// <summary>The database that this process uses: PostgreSQL if a connection string is set, otherwise one SQLite file.</summary>
public sealed class DatabaseChoice(IConfiguration configuration, DataFolder data)
{
    public const string Key = "ConnectionStrings:Dispatch";

    public string? Postgres { get; } = configuration[Key] is { Length: > 0 } text ? Checked(text) : null;
    public string SqliteFile { get; } = data.PathTo("dispatch.db");
    public bool IsPostgres => Postgres is not null;

    /// <summary>Says where the data is, for people, without any password.</summary>
    public override string ToString()
    {
        if (Postgres is null)
            return $"SQLite, {SqliteFile}";
        var parts = new NpgsqlConnectionStringBuilder(Postgres);
        return $"PostgreSQL, {parts.Database} on {parts.Host}:{parts.Port}";
    }

    private static string Checked(string text)
    {
        try
        {
            var parts = new NpgsqlConnectionStringBuilder(text);
            if (!string.IsNullOrEmpty(parts.Host))
                return parts.ConnectionString;
        }
        catch (ArgumentException)
        {
            // The error below does not quote the text, which may contain a password.
        }
        throw new StartException(
            $"{Key} is not a PostgreSQL connection string: expected e.g. Host=localhost;Database=dispatch;Username=dispatch;Password=…, "
                + "or nothing for SQLite.");
    }
}

internal static class DatabaseServices
{
    public static IServiceCollection AddDispatchDatabase(this IServiceCollection services)
    {
        services.AddSingleton<DatabaseChoice>().AddSingleton<DatabaseClock>().AddSingleton<SqliteWriter>();
        services.AddSingleton<IDbContextFactory<DispatchDb>, Factory>();
        services.AddScoped(provider => provider.GetRequiredService<IDbContextFactory<DispatchDb>>().CreateDbContext());
        services.AddSingleton<DatabaseStart>();
        return services;
    }

    private sealed class Factory : IDbContextFactory<DispatchDb>, IDisposable
    {
        /// <summary>How many statements a connection to PostgreSQL keeps prepared: about as many as run often.</summary>
        private const int StatementsKept = 64;

        /// <summary>
        /// How many contexts are kept for reuse. To make one, EF builds some thirty services, which takes longer than a simple query.
        /// </summary>
        private const int ContextsKept = 64;

        private readonly Func<DispatchDb> create;
        private readonly Action? closePool;

        public Factory(DatabaseChoice choice, CommittedWrites writes)
        {
            if (choice.Postgres is { } connection)
            {
                // Our statements leave nothing behind in a session, so a connection needs no DISCARD ALL before its next use.
                var server = new NpgsqlConnectionStringBuilder(connection) { NoResetOnClose = true };
                if (server.MaxAutoPrepare == 0) // the default: each statement would be parsed and planned each time
                    server.MaxAutoPrepare = StatementsKept;
                var options = new DbContextOptionsBuilder<PostgresDispatchDb>().UseNpgsql(server.ConnectionString)
                    .AddInterceptors([new PostgresSettings(), new StorableParameters(), .. writes.Interceptors()]).Options;
                create = new PooledDbContextFactory<PostgresDispatchDb>(options, ContextsKept).CreateDbContext;
            }
            else
            {
                var file = new SqliteConnectionStringBuilder { DataSource = choice.SqliteFile, DefaultTimeout = 30 };
                var options = new DbContextOptionsBuilder<SqliteDispatchDb>().UseSqlite(file.ConnectionString)
                    .AddInterceptors([new SqliteSettings(), new StorableParameters(), .. writes.Interceptors()]).Options;
                create = new PooledDbContextFactory<SqliteDispatchDb>(options, ContextsKept).CreateDbContext;
                closePool = () =>
                {
                    using var any = new SqliteConnection(file.ConnectionString);
                    SqliteConnection.ClearPool(any); // when the last connection closes, the write-ahead log is merged into the database
                };
            }
        }

        public DispatchDb CreateDbContext() => create();

        public void Dispose() => closePool?.Invoke();
    }
}
