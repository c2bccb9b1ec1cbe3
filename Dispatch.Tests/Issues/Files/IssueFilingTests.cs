using System.Diagnostics;
using Dispatch.Tests.Support;
using Dispatch.Worker.Audit;
using Dispatch.Worker.Database;
using Dispatch.Worker.Issues;
using Dispatch.Worker.Issues.Files;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;

namespace Dispatch.Tests.Issues.Files;

/// <summary>
/// An issue from a file is rendered before the transaction begins, because on SQLite a transaction blocks all other writers.
/// </summary>
public class IssueFilingTests() : DispatchTest(Provider.Sqlite), IObserver<DiagnosticListener>, IObserver<KeyValuePair<string, object?>>
{
    private readonly List<string> inTransaction = [];
    private DbContextId filing;

    [TestCase(null), TestCase("2026-12-02"), TestCase("now")]
    public async Task No_text_is_rendered_while_others_wait_for_the_database(string? slot)
    {
        await File.WriteAllTextAsync(Folder["issue.md"], "---\nsubject: Rivers\npreheader: Water\n---\n\nThe river has **changed**.\n");
        var file = ((IssueFileReading.Read)await IssueFile.ReadAsync(Folder["issue.md"])).File;
        var wish = new FilingWish(null, SlotChoice.TryParse(slot ?? "", out var day) ? day : null, SendNow: slot is "now");
        await using var scope = App.Services.CreateAsyncScope();
        filing = scope.ServiceProvider.GetRequiredService<DispatchDb>().ContextId;
        using (DiagnosticListener.AllListeners.Subscribe(this))
            Assert.That(await scope.ServiceProvider.GetRequiredService<IssueFiling>().FileAsync(file, wish, Actor.CommandLine),
                Is.InstanceOf<FilingOutcome.Filed>());
        Assert.That(inTransaction, Has.Some.Contains("INSERT INTO \"Issues\""));
        Assert.That(inTransaction, Has.None.Contains("FROM \"Photos\""), "to render an issue is to read its pictures");
    }

    void IObserver<DiagnosticListener>.OnNext(DiagnosticListener value)
    {
        if (value.Name == DbLoggerCategory.Name)
            value.Subscribe(this);
    }

    void IObserver<KeyValuePair<string, object?>>.OnNext(KeyValuePair<string, object?> value)
    {
        if (value.Value is CommandEventData { Command: { Transaction: not null } command } told && told.Context?.ContextId == filing)
            inTransaction.Add(command.CommandText);
    }

    public void OnCompleted()
    {
    }

    public void OnError(Exception error)
    {
    }
}
