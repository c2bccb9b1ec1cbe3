using Dispatch.Api.Http;
using Dispatch.Api.Pages.Shared;
using Dispatch.Templates.Text;
using Dispatch.Worker.Newsletters;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Dispatch.Api.Pages.Site.SignUp;

/// <summary>The page with code for other sites that offer the newsletter: a plain form, or a frame with this site's form.</summary>
public sealed class EmbedModel(SiteView site) : PageModel
{
    public Newsletter Newsletter { get; private set; } = null!; // set before the page is rendered

    public async Task<IActionResult> OnGetAsync(string slug)
    {
        if (await site.FindAsync(slug) is not { } newsletter)
            return NotFound();
        Newsletter = newsletter;
        Response.Headers.ContentSecurityPolicy = PageHeaders.Strict + "; frame-src 'self'"; // the page shows the frame
        return Page();
    }

    public string FormCode(ReaderTexts texts) => $"""
        <form action="{new Uri(site.Url, "subscribe").AbsoluteUri}" method="post" lang="{texts.Language}" dir="{texts.Direction}">
          <p>
            <label for="dispatch-email">{HtmlText.Encode(texts["form.email"])}</label>
            <input id="dispatch-email" name="email" type="email" dir="ltr" autocomplete="email" required>
          </p>
          <input type="hidden" name="newsletter" value="{Newsletter.Slug}">
          <input type="hidden" name="language" value="{texts.Language}">
          <p><button>{HtmlText.Encode(texts["form.button"])}</button></p>
        </form>
        """;

    public string FrameCode(ReaderTexts texts) => $"""
        <iframe src="{HtmlText.Encode(FrameAddress(texts).AbsoluteUri)}"
          title="{HtmlText.Encode(texts["embed.frame.title", ("newsletter", texts.TitleOf(Newsletter))])}"
          width="100%" height="560" style="border:0" loading="lazy"></iframe>
        """;

    /// <summary>Returns the frame's URL in this page's language, which is probably also the other site's.</summary>
    public Uri FrameAddress(ReaderTexts texts) =>
        new(site.Url, $"newsletters/{Newsletter.Slug}/form?{ReaderTexts.Parameter}={texts.Language}");
}
