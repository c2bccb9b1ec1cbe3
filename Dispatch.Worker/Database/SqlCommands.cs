using System.Data.Common;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Worker.Database;

/// <summary>SQL by hand, where a query of EF's would read too much or can't be written.</summary>
internal static class SqlCommands
{
    /// <summary>On the context's connection; whoever runs it opens that, and says in which transaction.</summary>
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
