using Dispatch.Api.Ops;
using System.Text;
using Dispatch.Api.Http.Access;
using Dispatch.Worker.Relays;
using Dispatch.Worker.Settings;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.Options;
using MimeKit;

namespace Dispatch.Api.Pages.Ops;

/// <summary>A message from the outbox as its reader would see it: the HTML in a frame, the text, the headers and the source.</summary>
[OutboxAccess]
public sealed class OutboxMailModel(Outbox outbox, IOptions<SiteSettings> site) : PageModel
{
    // A longer message is not shown, because the page would become unusable. The page links to the file.
    private const int MostShown = 512 * 1024;

    [BindProperty(SupportsGet = true)]
    public string View { get; set; } = "html";

    public string Name { get; private set; } = "";
    public string Subject { get; private set; } = "";
    public IReadOnlyList<(string Name, string Value)> Headers { get; private set; } = [];
    public string Text { get; private set; } = "";
    public bool HasHtml { get; private set; }

    public async Task<IActionResult> OnGetAsync(string name, CancellationToken cancel)
    {
        await using var file = outbox.Open(name);
        if (file is null || View is not ("html" or "text" or "source"))
            return NotFound();
        if (View == "source")
            Text = await SourceAsync(file, cancel);
        file.Position = 0;
        var mail = await MimeMessage.LoadAsync(file, cancel);
        (Name, Subject, HasHtml) = (name, mail.Subject ?? "", mail.HtmlBody is not null);
        Headers = [.. mail.Headers.Select(header => (header.Field, header.Value))];
        if (View == "text")
            Text = mail.TextBody ?? "";
        return Page();
    }

    /// <summary>Returns the HTML part for the frame. Its links open outside the frame's sandbox.</summary>
    public async Task<IActionResult> OnGetHtmlAsync(string name, CancellationToken cancel)
    {
        await using var file = outbox.Open(name);
        if (file is null || (await MimeMessage.LoadAsync(file, cancel)).HtmlBody is not { } html)
            return NotFound();
        Response.Headers.ContentSecurityPolicy = StaffPages.PolicyForMail(site.Value);
        return Content(WithLinksInANewTab(html), "text/html; charset=utf-8");
    }

    /// <summary>Returns the message file unchanged.</summary>
    public IActionResult OnGetFile(string name) => outbox.Open(name) is { } file ? File(file, "message/rfc822", name) : NotFound();

    private static async Task<string> SourceAsync(Stream file, CancellationToken cancel)
    {
        var beginning = new byte[Math.Min(file.Length, MostShown)];
        await file.ReadExactlyAsync(beginning, cancel);
        return Encoding.UTF8.GetString(beginning) + (file.Length > MostShown ? "\n…" : "");
    }

    private static string WithLinksInANewTab(string html)
    {
        const string target = "<base target=\"_blank\">";
        var head = html.IndexOf("<head", StringComparison.OrdinalIgnoreCase);
        var end = head < 0 ? -1 : html.IndexOf('>', head);
        return end < 0 ? target + html : html.Insert(end + 1, target);
    }
}
