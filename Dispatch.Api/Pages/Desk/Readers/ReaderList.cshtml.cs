using System.Globalization;
using System.Text;
using Dispatch.Api.Http.Access;
using Dispatch.Templates.Languages;
using Dispatch.Worker.Addresses;
using Dispatch.Worker.Staff;
using Dispatch.Worker.Subscribers.Records;
using Dispatch.Worker.Transfer.Export;
using Dispatch.Worker.Transfer.Import;
using Dispatch.Worker.Transfer.Reading;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Dispatch.Api.Pages.Desk.Readers;

/// <summary>
/// How many readers there are, for all staff. Ops can also find a reader by the complete address, add one, and export all.
/// </summary>
public sealed class ReaderListModel(
    ReaderStatistics statistics, ReaderLookup readers, ReaderImports imports, ReaderExport export, TimeProvider clock) : PageModel
{
    public ReaderFigures Figures { get; private set; } = null!; // set before the page is rendered

    /// <summary>Whether the visitor may see individual readers.</summary>
    public bool MayLook => User.IsInRole(StaffRoles.Ops);

    [BindProperty]
    public string? Email { get; set; }

    [BindProperty]
    public string? NewEmail { get; set; }

    [BindProperty]
    public string? Name { get; set; }

    [BindProperty]
    public string? Newsletter { get; set; }

    [BindProperty]
    public string? ConsentDate { get; set; }

    [BindProperty]
    public string? Consent { get; set; }

    public Task<IActionResult> OnGetAsync(CancellationToken cancel) => ShowAsync(cancel);

    /// <summary>Returns a language's English name, or its tag if it has none. Null means readers who chose no language.</summary>
    internal static string NameOf(string? language)
    {
        if (language is null)
            return "the newsletter’s own";
        try
        {
            var name = CultureInfo.GetCultureInfo(language).EnglishName;
            return name.StartsWith("Unknown", StringComparison.Ordinal) ? language : name;
        }
        catch (CultureNotFoundException)
        {
            return language;
        }
    }

    public async Task<IActionResult> OnPostFindAsync(CancellationToken cancel)
    {
        if (!MayLook)
            return Forbid();
        if (!EmailAddress.TryParse(Email?.Trim(), out var address, out var fault))
            ModelState.AddModelError(nameof(Email), Texts.ForStaff[fault]);
        else if (await readers.FindAsync(address, cancel) is { } found)
            return Redirect($"/desk/readers/{found.Subscriber.Id}"); // the address stays out of the URL
        else
            ModelState.AddModelError(nameof(Email), "There is no reader with this address.");
        return await ShowAsync(cancel);
    }

    // A file with one line, so that the same rules apply to a reader added by hand as to all others.
    public async Task<IActionResult> OnPostAddAsync(CancellationToken cancel)
    {
        if (!MayLook)
            return Forbid();
        if (!EmailAddress.TryParse(NewEmail?.Trim(), out var address, out var fault))
            ModelState.AddModelError(nameof(NewEmail), Texts.ForStaff[fault]);
        if (string.IsNullOrWhiteSpace(Consent))
            ModelState.AddModelError(nameof(Consent), "Say how they consented.");
        if (!DateOnly.TryParse(ConsentDate, out var day) || day.ToDateTime(TimeOnly.MinValue) > clock.GetUtcNow().UtcDateTime)
            ModelState.AddModelError(nameof(ConsentDate), "Give the day, which can’t be in the future.");
        if (!ModelState.IsValid)
            return await ShowAsync(cancel);
        var file = $"email,name,newsletters,status,confirmed_at,source,consent\r\n{CsvLine.Of(
            address!.Normalized, Name, Newsletter, "confirmed", $"{day:yyyy-MM-dd}", "desk", Consent)}\r\n";
        try
        {
            var content = Encoding.UTF8.GetBytes(file);
            var id = await imports.ReadAsync(new("desk", new MemoryStream(content), content.Length), new(), User.Actor(), null, cancel);
            await imports.BeginAsync(id, User.Actor(), queued: false, cancel);
            await imports.RunAsync(id, null, cancel);
            if ((await imports.FindAsync(id, cancel))!.Counts is { Confirmed: 0 })
                TempData["Refused"] = "They left, bounced, complained or were erased here before, and stay so: only they can come back, "
                    + "by signing up.";
            else
                TempData["Done"] = "The reader is confirmed.";
        }
        catch (UnreadableFileException unreadable)
        {
            TempData["Refused"] = unreadable.Message;
        }
        return await readers.FindAsync(address, cancel) is { } found ? Redirect($"/desk/readers/{found.Subscriber.Id}")
            : Redirect("/desk/readers");
    }

    public IActionResult OnPostExport(string? form)
    {
        if (!MayLook)
            return Forbid();
        if (!Enum.TryParse<ExportForm>(form, ignoreCase: true, out var chosen) || !Enum.IsDefined(chosen))
            return BadRequest();
        return new Streamed(export, new(chosen));
    }

    private async Task<IActionResult> ShowAsync(CancellationToken cancel)
    {
        Figures = await statistics.CountAsync(cancel);
        var page = Page();
        page.StatusCode = ModelState.IsValid ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity;
        return page;
    }

    private sealed class Streamed(ReaderExport export, ExportChoices choices) : ActionResult
    {
        public override async Task ExecuteResultAsync(ActionContext context)
        {
            var http = context.HttpContext;
            http.Response.ContentType = "text/csv; charset=utf-8";
            http.Response.Headers.ContentDisposition = "attachment; filename=readers.csv";
            await export.WriteAsync(http.Response.Body, choices, http.User.Actor(), http.RequestAborted);
        }
    }
}
