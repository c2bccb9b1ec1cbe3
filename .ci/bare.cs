#:sdk Microsoft.NET.Sdk.Web
#:package Microsoft.EntityFrameworkCore.Sqlite
#:package Npgsql
#:property PublishAot=false
// A bare ASP.NET site for .ci/load to compare sign-ups with. It stores one row per request and syncs it to disk before it answers.
using Microsoft.Data.Sqlite;
using Npgsql;

var builder = WebApplication.CreateSlimBuilder(args);
builder.Logging.ClearProviders();
var app = builder.Build();
const string table = "CREATE TABLE IF NOT EXISTS rows (id INTEGER PRIMARY KEY, email TEXT NOT NULL)";
if (app.Configuration["Postgres"] is { Length: > 0 } postgres)
{
    var source = NpgsqlDataSource.Create(postgres);
    await using (var made = source.CreateCommand("CREATE TABLE IF NOT EXISTS rows (id bigserial PRIMARY KEY, email text NOT NULL)"))
        await made.ExecuteNonQueryAsync();
    app.MapPost("/row", async (HttpRequest request) =>
    {
        var form = await request.ReadFormAsync();
        await using var insert = source.CreateCommand("INSERT INTO rows (email) VALUES ($1)");
        insert.Parameters.Add(new NpgsqlParameter<string> { TypedValue = form["email"].ToString() });
        await insert.ExecuteNonQueryAsync();
        return "ok";
    });
}
else
{
    var file = $"Data Source={app.Configuration["File"]};Default Timeout=30";
    using (var made = Open(file, table))
        made.ExecuteNonQuery();
    app.MapPost("/row", async (HttpRequest request) =>
    {
        var form = await request.ReadFormAsync();
        using var insert = Open(file, "INSERT INTO rows (email) VALUES (@email)");
        insert.Parameters.AddWithValue("@email", form["email"].ToString());
        insert.ExecuteNonQuery();
        await insert.Connection!.DisposeAsync();
        return "ok";
    });
}
await app.RunAsync();

static SqliteCommand Open(string file, string sql)
{
    var connection = new SqliteConnection(file);
    connection.Open();
    using (var set = connection.CreateCommand())
    {
        set.CommandText = "PRAGMA busy_timeout=5000; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;";
        set.ExecuteNonQuery();
    }
    var command = connection.CreateCommand();
    command.CommandText = sql;
    return command;
}
