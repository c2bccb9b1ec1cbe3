using System.Net;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;
using Dispatch.Tests.Support.Servers;
using Dispatch.Worker.Audit;
using Dispatch.Worker.Staff;

namespace Dispatch.Tests.Support.Browsers;

/// <summary>A browser without script, used by a member of staff. It keeps cookies and sends forms with their hidden fields.</summary>
internal sealed class DeskBrowser(HttpClient http)
{
    public const string Password = "a sentence is a good password";

    // A real cookie jar would use the machine's clock, but the test's clock stands still.
    private readonly Dictionary<string, string> cookies = [];
    private string path = "/";

    public IHtmlDocument Page { get; private set; } = null!;
    public HttpResponseMessage Answer { get; private set; } = null!;
    public string Text => Page.Body!.TextContent;
    public int Status => (int)Answer.StatusCode;
    public string Path => path;

    /// <summary>All Set-Cookie headers so far.</summary>
    public List<string> CookiesSet { get; } = [];

    /// <summary>Creates an account, sets its password and signs in, all through the pages.</summary>
    public static async Task<DeskBrowser> SignedInAsync(DispatchApp app, string email = "correspondent@news.test", params string[] roles)
    {
        var browser = new DeskBrowser(app.NewClient());
        await browser.OpenAsync(new Uri(await LinkAsync(app, email, roles)).AbsolutePath);
        await browser.SubmitAsync("main form", new() { ["Password"] = Password });
        await browser.SubmitAsync("main form", new() { ["Email"] = email, ["Password"] = Password });
        Assert.That(browser.Path, Is.Not.EqualTo("/desk/sign-in"), "signed in");
        return browser;
    }

    /// <summary>Creates an account and signs in with Chromium.</summary>
    public static async Task SignInAsync(DispatchApp app, Microsoft.Playwright.IPage page, string email = "correspondent@news.test")
    {
        await page.GotoAsync(await LinkAsync(app, email));
        await page.FillAsync("#Password", Password);
        await page.ClickAsync("main button");
        await page.FillAsync("#Email", email);
        await page.FillAsync("#Password", Password);
        await page.ClickAsync("main button");
    }

    public async Task<DeskBrowser> OpenAsync(string address)
    {
        await FollowAsync(await SendAsync(HttpMethod.Get, address), address);
        return this;
    }

    /// <summary>Fills in a form and submits it with the given button, if any.</summary>
    public async Task<DeskBrowser> SubmitAsync(
        string form, Dictionary<string, string>? typed = null, string? button = null, params (string Name, byte[] Bytes)[] pictures)
    {
        var found = Page.QuerySelector(form) as IHtmlFormElement
            ?? throw new AssertionException($"expected a form '{form}' at {path}, got none:\n{Text}");
        var pressed = button is null ? null
            : found.Elements.OfType<IHtmlButtonElement>().FirstOrDefault(known => known.TextContent.Trim() == button)
            ?? throw new AssertionException(
                $"expected a button '{button}' at {path}, got "
                    + $"{string.Join(", ", found.Elements.OfType<IHtmlButtonElement>().Select(known => known.TextContent.Trim()))}");
        var target = pressed?.GetAttribute("formaction") ?? found.GetAttribute("action") ?? path;
        var fields = Fields(found).Select(field => KeyValuePair.Create(field.Name, field.Value)).ToList();
        foreach (var (name, value) in typed ?? [])
        {
            var place = fields.FindIndex(field => field.Key == name);
            fields[place < 0
                ? throw new AssertionException($"expected a field '{name}' at {path}, got "
                    + $"{string.Join(", ", fields.Select(field => field.Key))}") : place] = new(name, value);
        }
        HttpContent Content() => found.Enctype == "multipart/form-data"
            ? Multipart(fields, pictures, found.QuerySelector("input[type=file]")?.GetAttribute("name") ?? "Pictures")
            : new FormUrlEncodedContent(fields);
        var answer = await SendAsync(HttpMethod.Post, target, Content());
        // Repeats the same request at the new address (RFC 9110 §15.4.8).
        for (var hops = 0; answer.StatusCode is HttpStatusCode.TemporaryRedirect && hops < 5; hops++)
            answer = await SendAsync(HttpMethod.Post, target = answer.Headers.Location!.OriginalString, Content());
        await FollowAsync(answer, target);
        return this;
    }

    /// <summary>Ticks a check box.</summary>
    public void Tick(string name) => ((IHtmlInputElement)Page.QuerySelector($"input[type=checkbox][name={name}]")!).IsChecked = true;

    /// <summary>Ticks the check box or radio button with this value.</summary>
    public DeskBrowser Choose(string form, string name, string value)
    {
        ((IHtmlInputElement)Page.QuerySelector($"{form} input[name={name}][value={value}]")!).IsChecked = true;
        return this;
    }

    /// <summary>Shows an earlier page again, as the browser's Back does.</summary>
    public void GoBack(IHtmlDocument earlier, string at) => (Page, path) = (earlier, at);

    /// <summary>Returns another browser with the same cookies, as if they had been stolen.</summary>
    public DeskBrowser Copy(HttpClient client)
    {
        var copy = new DeskBrowser(client);
        foreach (var (name, value) in cookies)
            copy.cookies[name] = value;
        return copy;
    }

    public string? ValueOf(string field) => Page.GetElementById(field) switch
    {
        IHtmlTextAreaElement area => area.Value,
        IHtmlInputElement input => input.Value,
        IHtmlSelectElement select => select.Value,
        _ => null,
    };

    public string FaultOf(string field) => Page.GetElementById($"{field}-fault")?.TextContent.Trim() ?? "";

    /// <summary>Drops a cookie, as if it had expired.</summary>
    public void Lose(string cookie) =>
        Assert.That(cookies.Remove(cookie), Is.True, $"expected a cookie '{cookie}', got {string.Join(", ", cookies.Keys)}");

    /// <summary>Signs in on the current page with an existing account.</summary>
    public Task<DeskBrowser> SignInAgainAsync(string email = "correspondent@news.test") =>
        SubmitAsync("main form", new() { ["Email"] = email, ["Password"] = Password });

    /// <summary>Sends HTML as a script on the page does, with the page's antiforgery token in a header.</summary>
    public Task<HttpResponseMessage> PostHtmlAsync(string address, string html)
    {
        var content = new StringContent(html, System.Text.Encoding.UTF8, "text/html");
        content.Headers.Add("RequestVerificationToken",
            Page.QuerySelector("[name=__RequestVerificationToken]")?.GetAttribute("value"));
        return SendAsync(HttpMethod.Post, address, content);
    }

    public Task<HttpResponseMessage> GetAsync(string address) => SendAsync(HttpMethod.Get, address);

    private static IEnumerable<(string Name, string Value)> Fields(IHtmlFormElement form) =>
        from control in form.Elements
        where control.GetAttribute("name") is not null && !control.HasAttribute("disabled")
        let value = control switch
        {
            IHtmlInputElement { Type: "file" } => null,
            IHtmlInputElement { Type: "checkbox" or "radio", IsChecked: false } => null,
            IHtmlInputElement input => input.Value,
            IHtmlTextAreaElement area => area.Value,
            IHtmlSelectElement choice => choice.Value,
            _ => null,
        }
        where value is not null
        select (control.GetAttribute("name")!, value);

    private static MultipartFormDataContent Multipart(IEnumerable<KeyValuePair<string, string>> fields,
        (string Name, byte[] Bytes)[] pictures, string field)
    {
        var content = new MultipartFormDataContent();
        foreach (var (name, value) in fields)
            content.Add(new StringContent(value.ReplaceLineEndings("\r\n")), name); // browsers send CRLF
        foreach (var (name, bytes) in pictures)
            content.Add(new ByteArrayContent(bytes), field, name);
        return content;
    }

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string address, HttpContent? content = null)
    {
        using var request = new HttpRequestMessage(method, address) { Content = content };
        if (cookies.Count > 0)
            request.Headers.Add("Cookie", string.Join("; ", cookies.Select(cookie => $"{cookie.Key}={cookie.Value}")));
        var answer = await http.SendAsync(request);
        CookiesSet.AddRange(answer.Headers.TryGetValues("Set-Cookie", out var set) ? set : []);
        foreach (var cookie in set ?? [])
            if (cookie.Split(';')[0].Split('=', 2) is [var name, { Length: > 0 } value])
                cookies[name] = value;
            else
                cookies.Remove(cookie.Split('=')[0]);
        return answer;
    }

    private async Task FollowAsync(HttpResponseMessage answer, string address)
    {
        path = address;
        for (var hops = 0; answer.StatusCode is HttpStatusCode.Redirect && hops < 5; hops++)
        {
            path = answer.Headers.Location!.OriginalString;
            answer = await SendAsync(HttpMethod.Get, path);
        }
        Answer = answer;
        Page = new HtmlParser().ParseDocument(await answer.Content.ReadAsStringAsync());
    }

    private static async Task<string> LinkAsync(DispatchApp app, string email, params string[] roles)
    {
        var made = await app.In<Accounts, AccountOutcome>(accounts =>
            accounts.AddAsync(email, roles.Length > 0 ? roles : [StaffRoles.Correspondent], Actor.CommandLine));
        return ((AccountOutcome.Done)made).Link!;
    }
}
