using System.Data.Common;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Worker.Database;

/// <summary>Creates commands for hand-written SQL, where an EF query would read too much or can't be written.</summary>
internal static class SqlCommands
{
    /// <summary>
    /// Returns the texts that a query yields, without EF. For the few rows that a start reads, preparing EF's query would take longer than
    /// all other work with the database.
    /// </summary>
    public static async Task<List<string>> TextsAsync(this DispatchDb db, string sql, CancellationToken cancel)
    {
        await db.Database.OpenConnectionAsync(cancel);
        try
        {
            await using var command = db.Command(sql);
            await using var reader = await command.ExecuteReaderAsync(cancel);
            var texts = new List<string>();
            while (await reader.ReadAsync(cancel))
                texts.Add(reader.GetString(0));
            return texts;
        }
        finally
        {
            await db.Database.CloseConnectionAsync();
        }
    }

    /// <summary>Creates a command on the context's connection. The caller opens the connection and sets the transaction.</summary>
    public static DbCommand Command(this DispatchDb db, string sql, params (string Name, object Value)[] parameters)
    {
        var command = db.Database.GetDbConnection().CreateCommand();
        command.CommandText = sql;
        foreach (var (name, value) in parameters)
        {
            var parameter = command.CreateParameter();
            (parameter.ParameterName, parameter.Value) = (name, value);
            command.Parameters.Add(parameter);
        }
        return command;
    }
}
