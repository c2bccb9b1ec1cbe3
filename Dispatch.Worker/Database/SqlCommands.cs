using System.Data.Common;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Worker.Database;

/// <summary>Creates commands for hand-written SQL, where an EF query would read too much or can't be written.</summary>
internal static class SqlCommands
{
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
