using System.Globalization;
using Dispatch.Api.Http;
using Dispatch.Api.Http.Input;
using Dispatch.Api.Pages.Shared;
using Dispatch.Api.Subscribers;
using Dispatch.Worker.Addresses;
using Dispatch.Worker.Newsletters;
using Dispatch.Worker.Subscribers.Choices;
using Dispatch.Worker.Subscribers.Records;
using Dispatch.Worker.Subscribers.SignUp;
using FluentValidation;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Dispatch.Api.Pages.Site.Reader;

/// <summary>
/// The page on which readers see and change their data, through a link mailed to them within the last hour. The token in the URL
/// authenticates the caller. There is no cookie, so no other site can forge a reader's request.
/// </summary>
[IgnoreAntiforgeryToken, ReadsItsOwnForm, RequestSizeLimit(Forms.MaxBytes), ResponseCache(NoStore = true)]
public sealed class OneTimePreferencesModel(
    ChangingPreferences changing, ChangingAddress addresses, SignUpLimits limits, ReaderRecords records, LinkActs acts,
    IValidator<SubscribeRequest> validator, ReaderTexts texts, TimeProvider clock) : PageModel
{
    private readonly Dictionary<string, string> faults = [];
    private IFormCollection fields = FormCollection.Empty;

    /// <summary>The reader's data, or null if the link has expired.</summary>
    public ReaderResult? Result { get; private set; }
    public bool Erased { get; private set; }

    /// <summary>Whether this link has been used too often within the hour.</summary>
    public bool TooOften { get; private set; }

    /// <summary>The text key for the change just made.</summary>
    public string? Done { get; private set; }

    /// <summary>The newsletters just ticked and unticked, or null if the reader changed something else.</summary>
    public ChangedChoice? Changed { get; private set; }
    public string Earliest => Day(Result!.EarliestPause);
    public string Latest => Day(ChangingPreferences.LatestPause(clock.GetUtcNow()));

    /// <summary>The newsletter whose time zone decides the days of a pause.</summary>
    public Newsletter Reckoned => (Result!.Newsletters.FirstOrDefault(choice => choice.Chosen) ?? Result.Newsletters[0]).Newsletter;

    /// <summary>Returns the key of the text about a field's fault, or null if the field has none.</summary>
    public string? FaultOf(string field) => faults.GetValueOrDefault(field);

    /// <summary>Returns what the reader typed into a field, or null if the field has no fault.</summary>
    public string? Typed(string field) => faults.ContainsKey(field) ? (string?)fields[field] : null;

    public async Task OnGetAsync(string token, CancellationToken cancel) => await ShowAsync(token, cancel);

    public async Task<IActionResult> OnPostAsync(string token, CancellationToken cancel)
    {
        (fields, var refused) = await Request.ReadFieldsAsync(cancel);
        if (refused is { } status)
            return StatusCode(status);
        await ShowAsync(token, cancel); // finds the reader and the language of the answer
        if (Result is null)
            return Page();
        if (fields["do"] != "erase" && acts.Take(token) is { } wait)
        {
            TooOften = true;
            HttpContext.SetRetryAfter(wait);
            Response.StatusCode = StatusCodes.Status429TooManyRequests;
            return Page();
        }
        switch ((string?)fields["do"])
        {
            case "newsletters":
                Changed = await changing.ChooseAsync(
                    token, Ticked("newsletter"), fields.ContainsKey("shown") ? Ticked("shown") : null, Shown(Result), cancel);
                return await DidAsync("newsletters.done", Changed is not null, token, cancel);
            case "about":
                return await DescribeAsync(token, cancel);
            case "pause":
                return await PauseAsync(token, cancel);
            case "resume":
                return await DidAsync("pause.resumed", await changing.ResumeAsync(token, cancel), token, cancel);
            case "address":
                return await MoveAsync(token, Result, cancel);
            case "json":
                return await records.TakeAsync(token, "json", cancel) is { } json
                    ? File(ReaderRecords.AsJson(json), "application/json", "my-data.json") : await AgainAsync(token, cancel);
            case "csv":
                return await records.TakeAsync(token, "csv", cancel) is { } csv
                    ? File(ReaderRecords.AsCsv(csv), "text/csv; charset=utf-8", "my-data.csv") : await AgainAsync(token, cancel);
            case "erase":
                Erased = await changing.EraseAsync(token, cancel);
                return Page();
            default:
                return StatusCode(StatusCodes.Status400BadRequest);
        }
    }

    private ShownWords Shown(ReaderResult look) =>
        new(texts.Language, string.Join(
            '\n', [texts["form.newsletters"], .. look.Newsletters.Select(choice => texts.NameOf(choice.Newsletter)), texts["prefs.save"]]));

    private async Task<IActionResult> DescribeAsync(string token, CancellationToken cancel)
    {
        var (name, language) = (((string?)fields["name"])?.Trim(), (string?)fields["language"]);
        var found = (await validator.ValidateAsync(new SubscribeRequest(Result!.Address, name, null, language), cancel)).KeysByField();
        return found.TryGetValue("name", out var fault) ? Refuse("name", fault[0])
            : found.ContainsKey("language") ? StatusCode(StatusCodes.Status400BadRequest) // the form has a list, so no person typed it
            : await DidAsync("about.done", await changing.DescribeAsync(token, name, language, cancel), token, cancel);
    }

    private string[] Ticked(string field) => [.. fields[field].OfType<string>()];

    private async Task<IActionResult> PauseAsync(string token, CancellationToken cancel) =>
        DateOnly.TryParseExact(fields["until"], "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
        && await changing.PauseAsync(token, day, cancel) is not PauseOutcome.WrongDay and var outcome
            ? await DidAsync("pause.done", outcome is PauseOutcome.Paused, token, cancel)
            : Refuse("until", "prefs.pause.fault");

    private async Task<IActionResult> MoveAsync(string token, ReaderResult look, CancellationToken cancel)
    {
        if (!EmailAddress.TryParse(((string?)fields["email"])?.Trim(), out var address, out var fault))
            return Refuse("email", fault);
        if (address.Key == EmailAddress.Parse(look.Address).Key)
            return Refuse("email", "prefs.address.same");
        // The message may go to a stranger's address, so it counts against the network's limit.
        if (await limits.TakeAsync(HttpContext.Connection.RemoteIpAddress, 1, cancel) is { } wait)
        {
            HttpContext.SetRetryAfter(wait);
            return StatusCode(StatusCodes.Status429TooManyRequests);
        }
        return await DidAsync("address.done", await addresses.AskAsync(token, address, cancel), token, cancel);
    }

    private PageResult Refuse(string field, string fault)
    {
        faults[field] = fault;
        Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
        return Page();
    }

    private Task<IActionResult> DidAsync(string what, bool done, string token, CancellationToken cancel)
    {
        Done = done ? what : null;
        return AgainAsync(token, cancel);
    }

    private async Task<IActionResult> AgainAsync(string token, CancellationToken cancel)
    {
        await ShowAsync(token, cancel);
        return Page();
    }

    private async Task ShowAsync(string token, CancellationToken cancel)
    {
        Result = await changing.LookAsync(token, cancel);
        texts.Prefer(Result?.Language);
        if (Result is null)
            Response.StatusCode = StatusCodes.Status410Gone;
    }

    private static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
