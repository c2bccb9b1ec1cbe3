using Dispatch.Api.Pages.Desk;
using Dispatch.Worker.Audit;
using Dispatch.Worker.Issues.Files;
using Dispatch.Worker.Settings;
using Microsoft.Extensions.Options;

namespace Dispatch.Api.Hosting;

/// <summary>
/// The verb <c>issues add</c>. Faults are reported in the format of a compiler's messages, so an editor can jump to their lines.
/// </summary>
internal sealed class IssuesVerb(TextWriter output, TextWriter errors)
{
    public async Task<int> AddAsync(IServiceProvider services, string path, FilingWish wish, CancellationToken cancel)
    {
        switch (await IssueFile.ReadAsync(path, cancel))
        {
            case IssueFileReading.Refused unreadable:
                return Refused(unreadable.Faults);
            case IssueFileReading.Read read:
                return await services.GetRequiredService<IssueFiling>().FileAsync(read.File, wish, Actor.CommandLine, cancel) switch
                {
                    FilingOutcome.Filed filed => Filed(filed, services.GetRequiredService<IOptions<SiteSettings>>().Value),
                    FilingOutcome.Refused refused => Refused(refused.Faults),
                    var other => throw new InvalidOperationException($"expected Filed or Refused, got {other}"),
                };
            default:
                throw new InvalidOperationException("expected Read or Refused");
        }
    }

    private int Filed(FilingOutcome.Filed filed, SiteSettings site)
    {
        Tell(filed.Faults);
        output.WriteLine(new Uri(site.Url, $"desk/issues/{filed.Issue.Id}"));
        output.WriteLine(filed.Issue.SendAt is { } at ? $"goes out {filed.Newsletter.OnDesk(at)}"
            : "saved as a draft: schedule it to send it");
        return 0;
    }

    private int Refused(IReadOnlyList<IssueFileFault> faults)
    {
        Tell(faults);
        return 1;
    }

    private void Tell(IReadOnlyList<IssueFileFault> faults)
    {
        foreach (var fault in faults)
            errors.WriteLine(fault);
    }
}
