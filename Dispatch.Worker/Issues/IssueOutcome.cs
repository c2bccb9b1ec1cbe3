using Dispatch.Worker.Issues.Content;

namespace Dispatch.Worker.Issues;

/// <summary>The outcome of a request about an issue.</summary>
public abstract record IssueOutcome
{
    private IssueOutcome()
    {
    }

    public sealed record Done(Issue Issue) : IssueOutcome;

    /// <summary>There is no such issue, or no such newsletter.</summary>
    public sealed record Unknown : IssueOutcome;

    /// <summary>It does not fit the issue in its present state.</summary>
    public sealed record Refused(string Why) : IssueOutcome;

    /// <summary>Somebody saved in between: <paramref name="Current"/> is what they saved.</summary>
    public sealed record Stale(Issue Current) : IssueOutcome;

    /// <summary>The text does not have the form of an issue; nothing was saved.</summary>
    public sealed record Invalid(IReadOnlyList<FieldFault> Faults) : IssueOutcome;

    /// <summary>It can't go out until these errors are fixed.</summary>
    public sealed record Unsendable(IReadOnlyList<ContentFault> Faults) : IssueOutcome
    {
        private const int Told = 5;

        public string Why => "It can't go out yet: " + string.Join(" ", Faults.Take(Told).Select(fault => fault.InWords()))
            + (Faults.Count > Told ? $" There are {Faults.Count - Told} more." : "");
    }
}
