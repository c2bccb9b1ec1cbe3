using Dispatch.Worker.Issues.Content;

namespace Dispatch.Worker.Issues;

/// <summary>The outcome of a request about an issue.</summary>
public abstract record IssueOutcome
{
    private IssueOutcome()
    {
    }

    public sealed record Done(Issue Issue) : IssueOutcome;

    /// <summary>The issue or the newsletter does not exist.</summary>
    public sealed record Unknown : IssueOutcome;

    /// <summary>The issue's present state does not allow the request.</summary>
    public sealed record Refused(string Why) : IssueOutcome;

    /// <summary>Another person has saved in the meantime. <paramref name="Current"/> is the issue as that person saved it.</summary>
    public sealed record Stale(Issue Current) : IssueOutcome;

    /// <summary>Some fields are not valid, and nothing was saved.</summary>
    public sealed record Invalid(IReadOnlyList<FieldFault> Faults) : IssueOutcome;

    /// <summary>The issue can't go out until these errors are fixed.</summary>
    public sealed record Unsendable(IReadOnlyList<ContentFault> Faults) : IssueOutcome
    {
        private const int Told = 5;

        public string Why => "It can't go out yet. " + string.Join(" ", Faults.Take(Told).Select(fault => fault.InSentence()))
            + (Faults.Count > Told ? $" There are {Faults.Count - Told} more." : "");
    }
}
