using System.Collections.Concurrent;
using System.Diagnostics;
using Dispatch.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Dispatch.Tests.Deliveries.Ledger;

/// <summary>
/// Statements about one chunk must not read the whole issue, which can have a million deliveries in a thousand chunks.
/// </summary>
public class ChunkPlanTests() : DispatchTest(Provider.Sqlite), IObserver<DiagnosticListener>, IObserver<KeyValuePair<string, object?>>
{
    private static readonly string[] WholeIssue = ["PRIMARY KEY (IssueId=?)", "SubscriberId>?)", "SCAN d"];

    private readonly ConcurrentDictionary<string, bool> statements = [];

    [Test]
    public async Task No_statement_about_a_chunk_goes_through_the_whole_issue()
    {
        await Given.ConfirmedSubscribers(3);
        await Given.IssueDueNow();
        using (DiagnosticListener.AllListeners.Subscribe(this))
            await App.RunUntilIdle();
        var plans = statements.Keys.SelectMany(statement => Plan(statement).Select(step => (step, statement))).ToList();
        Assert.That(plans, Has.Count.GreaterThan(3), "leasing, finding, giving back");
        Assert.That(plans.Where(plan => WholeIssue.Any(plan.step.Contains)), Is.Empty);
        Assert.That(plans.Select(plan => plan.step), Has.Some.Contains("IX_Deliveries_IssueId_Chunk"));
    }

    void IObserver<DiagnosticListener>.OnNext(DiagnosticListener value)
    {
        if (value.Name == DbLoggerCategory.Name)
            value.Subscribe(this);
    }

    void IObserver<KeyValuePair<string, object?>>.OnNext(KeyValuePair<string, object?> value)
    {
        if (value.Value is CommandEventData told
            && told.Command.Connection?.DataSource.StartsWith(Folder.Path, StringComparison.Ordinal) is true
            && told.Command.CommandText is var text && text.Contains("\"Deliveries\"") && text.Contains("\"Chunk\" = "))
            statements[text] = true;
    }

    public void OnCompleted()
    {
    }

    public void OnError(Exception error)
    {
    }

    private List<string> Plan(string statement)
    {
        using var db = App.OpenDb();
        db.Database.OpenConnection();
        using var command = db.Database.GetDbConnection().CreateCommand();
        command.CommandText = "EXPLAIN QUERY PLAN " + statement;
        foreach (var name in System.Text.RegularExpressions.Regex.Matches(statement, @"@\w+").Select(match => match.Value).Distinct())
        {
            var parameter = command.CreateParameter();
            (parameter.ParameterName, parameter.Value) = (name, DBNull.Value);
            command.Parameters.Add(parameter);
        }
        using var reader = command.ExecuteReader();
        var steps = new List<string>();
        while (reader.Read())
            steps.Add(reader.GetString(3));
        return steps;
    }
}
