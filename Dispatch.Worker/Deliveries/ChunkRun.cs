using Dispatch.Worker.Relays;

namespace Dispatch.Worker.Deliveries;

/// <summary>
/// One run over what is due in a chunk. The sending threads take its deliveries one by one; it is over when none is left, or it was
/// stopped, and everything taken has been settled in the ledger.
/// </summary>
public sealed class ChunkRun(int issueId, int chunk, string lease, IssueMessage message, IReadOnlyList<Work> due)
{
    private readonly TaskCompletionSource over = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int next;
    private int underWay;
    private bool stopped;

    public int IssueId => issueId;

    public int Chunk => chunk;

    /// <summary>The name that the chunk is leased by: claims are refused to any other.</summary>
    public string Lease => lease;

    public IssueMessage Message => message;

    /// <summary>What a relay said that made it stop; null when nothing did.</summary>
    public SmtpReply? Trouble { get; private set; }

    /// <summary>Ends when nothing of it is under way any more, and nothing further will be.</summary>
    public Task Over => over.Task;

    /// <summary>The next delivery to be mailed; null when there is none.</summary>
    internal Work? Take()
    {
        lock (over)
        {
            if (stopped || next >= due.Count)
                return null;
            underWay++;
            return due[next++];
        }
    }

    /// <summary>A delivery that was taken is in the ledger, or was not granted.</summary>
    internal void Settle()
    {
        lock (over)
        {
            underWay--;
            EndIfOver();
        }
    }

    /// <summary>Nothing more is taken from it; what is under way is finished.</summary>
    public void Stop(SmtpReply? trouble = null)
    {
        lock (over)
        {
            stopped = true;
            Trouble ??= trouble;
            EndIfOver();
        }
    }

    internal void EndIfOver()
    {
        lock (over)
            if (underWay == 0 && (stopped || next >= due.Count))
                over.TrySetResult();
    }
}
