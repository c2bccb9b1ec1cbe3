using Dispatch.Tests.Support.Servers;
using Dispatch.Worker.Privacy;
using Microsoft.Extensions.DependencyInjection;

namespace Dispatch.Tests.Support;

/// <summary>Acts as a reader who fills in forms and follows links in messages.</summary>
internal sealed class Reader(DispatchApp app, ScriptedSmtpServer smtp)
{
    /// <summary>Submits the sign-up form.</summary>
    public Task<HttpResponseMessage> Subscribes(string address, string? name = null, params string[] newsletters)
    {
        var fields = new List<KeyValuePair<string, string>> { new("email", address) };
        if (name is not null)
            fields.Add(new("name", name));
        fields.AddRange(newsletters.Select(newsletter => new KeyValuePair<string, string>("newsletter", newsletter)));
        return app.Http.PostAsync("/subscribe", new FormUrlEncodedContent(fields));
    }

    /// <summary>Opens the link in the newest confirmation message and presses the button.</summary>
    public Task<HttpResponseMessage> Confirms(string address) => Confirms(ConfirmationLink(address));

    public Task<HttpResponseMessage> Confirms(Uri link) => app.Http.PostAsync(link.AbsolutePath, new FormUrlEncodedContent([]));

    public Uri ConfirmationLink(string address) =>
        smtp.MailFor(address).Last(mail => mail.Links.Any(IsConfirmation)).Links.First(IsConfirmation);

    public async Task SubscribesAndConfirms(string address, string? name = null)
    {
        (await Subscribes(address, name)).EnsureSuccessStatusCode();
        await app.RunUntilIdle();
        var confirmed = await Confirms(address);
        Assert.That((int)confirmed.StatusCode, Is.LessThan(400), "confirmed");
        await app.RunUntilIdle();
    }

    /// <summary>Unsubscribes as a mail program does (RFC 8058 §3.2), by a POST to the URL in the newest message's header.</summary>
    public async Task<HttpResponseMessage> UnsubscribesInOneClick(KnownReader reader)
    {
        var link = smtp.MailFor(reader.Address) is [.., var last]
            ? last.UnsubscribeLink.AbsolutePath
            : "/unsubscribe/" + app.Services.GetRequiredService<LinkTokens>()
            .Make(LinkKind.Unsubscribe, reader.SubscriberId, reader.NewsletterId);
        var answer = await app.Http.PostAsync(link, new FormUrlEncodedContent([new("List-Unsubscribe", "One-Click")]));
        Assert.That((int)answer.StatusCode, Is.EqualTo(200), "RFC 8058 §3.1: no redirect");
        return answer;
    }

    /// <summary>Returns the path of the unsubscribe link in the reader's messages.</summary>
    public string UnsubscribePath(KnownReader reader) => "/unsubscribe/" + Token(LinkKind.Unsubscribe, reader);

    /// <summary>Returns the path of the preferences link in the reader's messages.</summary>
    public string PreferencesPath(KnownReader reader) => "/preferences/" + Token(LinkKind.Preferences, reader);

    /// <summary>Requests a one-time link by email and returns its path.</summary>
    public async Task<string> OneTimePreferencesPath(KnownReader reader)
    {
        (await app.Http.PostAsync(PreferencesPath(reader), null)).EnsureSuccessStatusCode();
        await app.RunUntilIdle();
        return smtp.MailFor(reader.Address)[^1].Link("/preferences/").AbsolutePath;
    }

    /// <summary>Sends the fields of a form, as pressing its button does.</summary>
    public Task<HttpResponseMessage> Presses(string path, params (string Field, string Value)[] fields) =>
        app.Http.PostAsync(path,
            new FormUrlEncodedContent(fields.Select(field => new KeyValuePair<string, string>(field.Field, field.Value))));

    private string Token(LinkKind kind, KnownReader reader) =>
        app.Services.GetRequiredService<LinkTokens>().Make(kind, reader.SubscriberId, reader.NewsletterId);

    private static bool IsConfirmation(Uri link) => link.AbsolutePath.StartsWith("/confirm/", StringComparison.Ordinal);
}
