using Dispatch.Api.Http;
using Dispatch.Api.Http.Input;
using Dispatch.Api.Pages.Shared;
using Dispatch.Worker.Newsletters;
using Dispatch.Worker.Subscribers.Choices;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Dispatch.Api.Pages.Site.Reader;

/// <summary>
/// The page behind the unsubscribe link in each message, for people and for mail programs (RFC 8058). Only a POST unsubscribes,
/// authenticated by the token in the URL. The page then offers an undo and asks for the reason.
/// </summary>
[IgnoreAntiforgeryToken, ReadsItsOwnForm, RequestSizeLimit(Forms.MaxBytes), ResponseCache(NoStore = true)]
public sealed class UnsubscribeModel(Unsubscribing unsubscribing, UnsubscribeUndo resubscribing, ReaderTexts texts) : PageModel
{
    public UnsubscribeResult Result { get; private set; } = new(null, Subscribed: false);

    /// <summary>Whether the undo succeeded, or null if none was requested.</summary>
    public bool? Undone { get; private set; }

    /// <summary>The newsletter, and when its pause ends, if undoing the unsubscribe restored a pause. Otherwise null.</summary>
    public (Newsletter Newsletter, DateTimeOffset Until)? Paused { get; private set; }
    public bool SaidWhy { get; private set; }

    public async Task<IActionResult> OnGetAsync(string token, CancellationToken cancel) =>
        Show(await unsubscribing.LookAsync(token, cancel));

    public async Task<IActionResult> OnPostAsync(string token, CancellationToken cancel)
    {
        var (fields, refused) = await Request.ReadFieldsAsync(cancel);
        if (refused is { } status)
            return StatusCode(status);
        // RFC 8058 §3.1: a mail program sends this field and shows no page. The form in a browser does not send it.
        var oneClick = fields["List-Unsubscribe"] == "One-Click";
        if (!oneClick && fields["undo"] is [{ Length: > 0 } undo])
            return await UndoAsync(token, undo, cancel);
        if (!oneClick && fields["of"] is [{ Length: > 0 } of])
            return await SayWhyAsync(token, of, fields["why"], cancel);
        var look = await unsubscribing.UnsubscribeAsync(token, oneClick ? "one click" : "page", cancel);
        return oneClick && look is not null ? Content("You are unsubscribed.\n", "text/plain; charset=utf-8") : Show(look);
    }

    private async Task<IActionResult> UndoAsync(string token, string undo, CancellationToken cancel)
    {
        var undone = await resubscribing.UndoAsync(undo, cancel);
        (Undone, Paused) = (undone is not null, undone is { PausedUntil: { } until } ? (undone.Newsletter, until) : null);
        return Show(await unsubscribing.LookAsync(token, cancel));
    }

    private async Task<IActionResult> SayWhyAsync(string token, string of, string? why, CancellationToken cancel)
    {
        if (Words.Read<UnsubscribeReason>(why) is { } reason)
            SaidWhy = await resubscribing.SayWhyAsync(of, reason, cancel);
        var look = await unsubscribing.LookAsync(token, cancel);
        return Show(look is { Subscribed: false } ? look with { UndoToken = of } : look);
    }

    private IActionResult Show(UnsubscribeResult? look)
    {
        if (look is null)
            return NotFound();
        Result = look;
        texts.Prefer(look.Language);
        return Page();
    }
}
