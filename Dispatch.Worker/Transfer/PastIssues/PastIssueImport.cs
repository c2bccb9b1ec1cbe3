using System.Security.Cryptography;
using System.Text;
using Dispatch.Templates;
using Dispatch.Templates.Text;
using Dispatch.Worker.Audit;
using Dispatch.Worker.Database;
using Dispatch.Worker.Issues;
using Dispatch.Worker.Newsletters;
using Dispatch.Worker.Settings;
using Dispatch.Worker.Transfer.PastIssues.Files;
using Dispatch.Worker.Transfer.PastIssues.Links;
using Dispatch.Worker.Transfer.PastIssues.Sources;
using Dispatch.Worker.Transfer.Reading;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Dispatch.Worker.Transfer.PastIssues;

/// <summary>
/// Imports past issues from another system's archive. Issues published there appear in the archive here under their original dates and are
/// mailed to nobody. Issues meant for only some readers are held back as drafts; drafts and scheduled issues become drafts. Each entry is
/// stored on its own, so a broken entry stops no other, and an interrupted import continues when it is run again. Entries imported before
/// are left alone.
/// </summary>
public sealed class PastIssueImport(
    DispatchDb db, PastIssueStore store, PastPictures pictures, PastLinks links, NewsletterDirectory newsletters,
    IOptions<SiteSettings> site, TimeProvider clock)
{
    /// <param name="path">A file, a folder or a zip.</param>
    /// <param name="choices">What the person who imports has chosen.</param>
    /// <param name="fetch">Fetches pictures that the archive doesn't hold, or null to leave them out.</param>
    /// <param name="actor">Who imports.</param>
    /// <param name="progress">Told how many entries are done.</param>
    /// <param name="cancel">Ends the import after the entry at hand.</param>
    /// <exception cref="UnreadableFileException">The file isn't recognized or can't be read. Nothing was imported.</exception>
    public async Task<PastImportReport> RunAsync(string path, PastImportChoices choices, PictureFetch? fetch, Actor actor,
        Action<int>? progress, CancellationToken cancel)
    {
        using var files = ArchiveFiles.Open(path);
        return await RunAsync(files, choices, fetch, actor, progress, cancel);
    }

    /// <inheritdoc cref="RunAsync(string, PastImportChoices, PictureFetch?, Actor, Action{int}?, CancellationToken)"/>
    internal async Task<PastImportReport> RunAsync(ArchiveFiles files, PastImportChoices choices, PictureFetch? fetch, Actor actor,
        Action<int>? progress, CancellationToken cancel)
    {
        var known = await newsletters.AllAsync(cancel);
        if (choices.Newsletter is { } wanted && known.All(newsletter => newsletter.Slug != wanted))
            throw new UnreadableFileException($"There is no newsletter '{wanted}'. Known are {SlugsOf(known)}.");
        var (system, because) = Recognize(files, choices.From);
        var report = new PastImportReport(system.Archive, because) { AboutReaders = files.AboutReaders };
        var run = new Run(files, system, choices, fetch, actor, report, known, new(choices.OldSite, site.Value.Url), []);
        var done = 0;
        foreach (var item in system.Read(files))
        {
            cancel.ThrowIfCancellationRequested();
            await TakeAsync(run, item, cancel);
            progress?.Invoke(++done);
        }
        report.OtherSites = run.Links.OtherSites();
        if (choices.IsDry)
            return report;
        report.Links = await links.LeadAsync(run.Stored, run.Links, cancel);
        await RecordAsync(run, cancel);
        return report;
    }

    private async Task TakeAsync(Run run, ArchiveItem item, CancellationToken cancel)
    {
        switch (item)
        {
            case ArchiveItem.Skipped skipped:
                run.Report.Add(PastImportFate.Skipped, skipped.Entry, "", null, [$"Not taken: {skipped.Why}."]);
                break;
            case ArchiveItem.Refused refused:
                run.Report.Add(PastImportFate.Refused, refused.Entry, "", null, [Sentence(refused.Why)]);
                break;
            case ArchiveItem.Found found:
                try
                {
                    await TakeAsync(run, found.Issue, cancel);
                }
                catch (FormatException fault)
                {
                    run.Report.Add(PastImportFate.Refused, found.Issue.Entry, "", null,
                        [$"Its text can't be converted: {fault.Message}. Add it by hand."]);
                }
                catch (TemplateException fault)
                {
                    throw new UnreadableFileException($"A template does not fit: {fault.Message}");
                }
                break;
        }
    }

    private async Task TakeAsync(Run run, PastIssue past, CancellationToken cancel)
    {
        if (NewsletterOf(run, past, out var why) is not { } newsletter)
        {
            run.Report.Add(PastImportFate.Refused, past.Entry, past.Title, null, [why]);
            return;
        }
        var read = PastIssueText.Read(past, site.Value.Url, run.Choices.OldSite);
        run.Links.Note(past, read.Links);
        var at = past.At?.For(newsletter);
        var key = KeyOf(past.Key);
        var known = await store.FindAsync(newsletter, run.System.Name, key, cancel);
        if (known is { } other && past.IsKeyedByFile && await store.IsAnotherAsync(other, read.Text.Subject, at, cancel))
        {
            key = KeyOf($"{past.Key} {newsletter.IsoDateOf(at!.Value)}");
            known = await store.FindAsync(newsletter, run.System.Name, key, cancel);
        }
        if (known is { } before)
        {
            await CompleteAsync(run, past, read, newsletter, before, cancel);
            NoteStored(run, past, newsletter, before, wasHere: true);
            return;
        }
        var remarks = new List<string>(read.Remarks);
        var standing = Placed(past, read.Text.Body, at, remarks);
        var subject = read.Text.Subject;
        var day = at is { } instant && standing is not PastStanding.Draft ? newsletter.IsoDateOf(instant) : null;
        if (read.Text.Faults().Where(fault => fault.Field != nameof(Issue.Slug)).ToList() is { Count: > 0 } faults)
        {
            run.Report.Add(PastImportFate.Refused, past.Entry, subject, day, faults.Select(fault => fault.Message));
            return;
        }
        var had = await pictures.HadAsync(run.Files, past.Folder, read.Pictures, run.Choices.OldSite,
            run.Choices.IsDry ? null : run.Fetch, run.Choices.IsDry, cancel);
        remarks.AddRange(had.Missing);
        run.Report.MissingPictures += had.Missing.Count;
        run.Report.Pictures += had.Count;
        if (run.Choices.IsDry)
        {
            run.Report.Add(FateOf(standing), past.Entry, subject, day, remarks);
            return;
        }
        var stored = await store.AddAsync(newsletter, new NewPastIssue(run.System.Name, key, read.Text, read.Whole, standing, past.Why, at,
            Shortened(past.FirstSentWith ?? run.System.Title), past.OldPaths, past.Corrections), had.Taken, run.Actor, cancel);
        NoteStored(run, past, newsletter, stored.IssueId, wasHere: false);
        run.Report.Redirects += stored.Redirects;
        run.Report.Add(FateOf(stored.Standing), past.Entry, subject, stored.Standing is PastStanding.Draft ? null : day,
            remarks.Concat(stored.Remarks));
    }

    // The text of our own files is taken as it is.
    private static void NoteStored(Run run, PastIssue past, Newsletter newsletter, int issueId, bool wasHere)
    {
        if (past.Form is not ContentForm.Own)
            run.Stored.Add((issueId, newsletter, wasHere));
    }

    // An issue that was imported before gets what pictures it still lacks, if they can be had now.
    private async Task CompleteAsync(
        Run run, PastIssue past, PastIssueText read, Newsletter newsletter, int issueId, CancellationToken cancel)
    {
        var lacking = await store.LackingAsync(issueId, read.Pictures, cancel);
        var had = lacking.Count == 0 || run.Choices.IsDry ? PastPictures.None
            : await pictures.HadAsync(run.Files, past.Folder, lacking, run.Choices.OldSite, run.Fetch, isDry: false,
                cancel);
        if (had.Count > 0)
            await store.CompleteAsync(issueId, newsletter, had.Taken, run.Actor, cancel);
        run.Report.Pictures += had.Count;
        run.Report.MissingPictures += had.Missing.Count;
        run.Report.Add(had.Count > 0 ? PastImportFate.Completed : PastImportFate.Unchanged,
            past.Entry, read.Text.Subject, null, had.Missing);
    }

    private PastStanding Placed(PastIssue past, string body, DateTimeOffset? at, List<string> remarks)
    {
        if (past.Why is not null)
            remarks.Add(past.Why);
        if (past.Standing is not (PastStanding.Published or PastStanding.MailOnly))
            return past.Standing;
        if (string.IsNullOrWhiteSpace(body))
        {
            remarks.Add("It has no text, so it is a draft.");
            return PastStanding.Draft;
        }
        if (at is null)
        {
            remarks.Add("Nothing says when it went out, so it is a draft.");
            return PastStanding.Draft;
        }
        if (at <= clock.GetUtcNow())
            return past.Standing;
        remarks.Add("Its date is in the future, so it is a draft. It isn't scheduled here.");
        return PastStanding.Draft;
    }

    private async Task RecordAsync(Run run, CancellationToken cancel)
    {
        var result = run.Report.Result;
        db.Audit.Add(run.Actor.Did("issues.imported", AuditTarget.Issues, clock.GetUtcNow(), FormattableString.Invariant(
            $"{run.System.Name}: {result.Published} published, {result.OffArchive} off the archive, {result.HeldBack} held back, ")
            + FormattableString.Invariant($"{Counted.Of(result.Drafts, "draft")}, {result.Unchanged} known, {result.Refused} refused")));
        await db.SaveChangesAsync(cancel);
        db.ChangeTracker.Clear();
    }

    private static (ArchiveSystem System, string Because) Recognize(ArchiveFiles files, string? named)
    {
        foreach (var system in ArchiveSystem.All.Where(system => named is null || system.Name == named
            || system.OtherNames.Contains(named)))
            if (system.Recognize(files) is { } because)
                return (system, because);
        throw new UnreadableFileException(named is null
            ? $"{files.Name} isn't recognized. Expected Substack's or Buttondown's zip, Ghost's JSON, listmonk's campaigns as JSON, or "
                + "Markdown files with front matter: a file, a folder or a zip."
            : $"{files.Name} isn't an export from {named}.");
    }

    private static Newsletter? NewsletterOf(Run run, PastIssue past, out string why)
    {
        why = "";
        var named = past.Newsletter is { } name ? run.Newsletters.FirstOrDefault(newsletter => newsletter.Slug == name
            || newsletter.Name.Equals(name, StringComparison.OrdinalIgnoreCase)) : null;
        if (run.Choices.Newsletter is { } chosen && (named is null || past.Form is not ContentForm.Own))
            named = run.Newsletters.First(newsletter => newsletter.Slug == chosen);
        if (named is not null)
            return named;
        if (past is { Form: ContentForm.Own, Newsletter: { } unknown })
        {
            why = $"It is for the newsletter '{unknown}', which isn't here. Known are {SlugsOf(run.Newsletters)}: add it to the "
                + "configuration, or choose one with --newsletter.";
            return null;
        }
        if (run.Newsletters is [var only])
            return only;
        why = $"It doesn't say which newsletter it is for: --newsletter. Known are {SlugsOf(run.Newsletters)}.";
        return null;
    }

    private static string SlugsOf(IEnumerable<Newsletter> newsletters) =>
        string.Join(", ", newsletters.Select(newsletter => newsletter.Slug));

    private static string KeyOf(string key) => key.Length <= ImportedIssue.LongestKey ? StorableText.Of(key)
        : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)));

    private static string Shortened(string system) => StorableText.Of(system.Length <= Issue.LongestSystem ? system
        : system[..Issue.LongestSystem]).ReplaceLineEndings(" ");

    private static string Sentence(string why) => char.ToUpperInvariant(why[0]) + why[1..] + (why[^1] is '.' or '!' or '?' ? "" : ".");

    private static PastImportFate FateOf(PastStanding standing) => standing switch
    {
        PastStanding.Published => PastImportFate.Published,
        PastStanding.MailOnly => PastImportFate.OffArchive,
        PastStanding.HeldBack => PastImportFate.HeldBack,
        _ => PastImportFate.Draft,
    };

    private sealed record Run(ArchiveFiles Files, ArchiveSystem System, PastImportChoices Choices, PictureFetch? Fetch, Actor Actor,
        PastImportReport Report, IReadOnlyList<Newsletter> Newsletters, OldLinks Links,
        List<(int Id, Newsletter Newsletter, bool WasHere)> Stored);
}
