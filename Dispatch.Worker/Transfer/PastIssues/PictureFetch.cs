using System.Net;
using System.Net.Sockets;
using Dispatch.Worker.Addresses;
using Dispatch.Worker.Issues.Photos;

namespace Dispatch.Worker.Transfer.PastIssues;

/// <summary>
/// Fetches pictures of past issues from the web. It connects only to public addresses: every address of a host is checked, including hosts
/// that a redirect leads to, and the connection goes to exactly the address that was checked. Size, time and number are bounded, and a host
/// that keeps failing is left alone.
/// </summary>
public sealed class PictureFetch : IDisposable
{
    /// <summary>The most pictures fetched in one import.</summary>
    public const int MostPictures = 20_000;

    private const int MostRedirects = 5;
    private const int MostFailures = 5;
    private const long MostBytes = 8L << 30;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Func<string, CancellationToken, Task<IPAddress[]>> resolve;
    private readonly Func<IPAddress, bool> isAllowed;
    private readonly HttpClient client;
    private readonly Dictionary<string, int> failures = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, FetchedPicture> fetched = new(StringComparer.Ordinal);
    private int pictures;
    private long bytes;

    public PictureFetch()
        : this(System.Net.Dns.GetHostAddressesAsync, Networks.IsPublic)
    {
    }

    /// <summary>Lets tests decide how addresses are resolved and which are allowed.</summary>
    internal PictureFetch(Func<string, CancellationToken, Task<IPAddress[]>> resolve, Func<IPAddress, bool> isAllowed)
    {
        (this.resolve, this.isAllowed) = (resolve, isAllowed);
        client = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            AutomaticDecompression = DecompressionMethods.None,
            ConnectCallback = ConnectAsync,
            ConnectTimeout = TimeSpan.FromSeconds(10),
            PooledConnectionLifetime = TimeSpan.FromMinutes(1),
        })
        { Timeout = Timeout.InfiniteTimeSpan };
        client.DefaultRequestHeaders.UserAgent.ParseAdd("Dispatch/1 (import of past issues)");
        client.DefaultRequestHeaders.Accept.ParseAdd("image/*");
    }

    /// <summary>Fetches a picture, or says why that failed. Keeps recent pictures, so as not to fetch them again.</summary>
    public async Task<FetchedPicture> FetchAsync(string address, CancellationToken cancel)
    {
        if (fetched.TryGetValue(address, out var known))
            return known;
        if (fetched.Values.Sum(one => (long)(one.Content?.Length ?? 0)) > 2L * PhotoStudio.MostBytes)
            fetched.Clear();
        return fetched[address] = await TryAsync(address, cancel);
    }

    public void Dispose() => client.Dispose();

    private async Task<FetchedPicture> TryAsync(string address, CancellationToken cancel)
    {
        if (!Uri.TryCreate(address, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
            return new(null, "it isn't a web address");
        if (++pictures > MostPictures || bytes > MostBytes)
            return new(null, $"{MostPictures:N0} pictures or {MostBytes >> 30} GiB were fetched: import again for the rest");
        var host = url.IdnHost;
        if (failures.GetValueOrDefault(host) >= MostFailures)
            return new(null, $"{host} failed {MostFailures} times in a row, and was not asked again");
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        enough.CancelAfter(Patience);
        try
        {
            var picture = await GetAsync(url, enough.Token);
            failures[host] = picture.Content is null && picture.IsHostsFault ? failures.GetValueOrDefault(host) + 1 : 0;
            bytes += picture.Content?.Length ?? 0;
            return picture;
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            failures[host] = failures.GetValueOrDefault(host) + 1;
            return new(null, $"{host} took longer than {Patience.TotalSeconds:N0} seconds");
        }
        catch (Exception fault) when (fault is HttpRequestException or IOException or SocketException or InvalidOperationException)
        {
            failures[host] = failures.GetValueOrDefault(host) + 1;
            return new(null, fault.InnerException is NotOnTheInternetException inner ? inner.Message
                : fault is NotOnTheInternetException own ? own.Message : $"{host} can't be reached");
        }
    }

    private async Task<FetchedPicture> GetAsync(Uri url, CancellationToken cancel)
    {
        for (var redirects = 0; redirects <= MostRedirects; redirects++)
        {
            if (url.Scheme is not ("http" or "https") || url.UserInfo.Length > 0)
                return new(null, "it redirects to something that isn't a web address");
            using var request = new HttpRequestMessage(HttpMethod.Get, url);
            using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancel);
            if ((int)answer.StatusCode is 301 or 302 or 303 or 307 or 308 && answer.Headers.Location is { } location)
            {
                url = new Uri(url, location);
                continue;
            }
            if (!answer.IsSuccessStatusCode)
                return new(null, $"{url.IdnHost} answered {(int)answer.StatusCode}") { IsHostsFault = (int)answer.StatusCode >= 500 };
            if (answer.Content.Headers.ContentLength > PhotoStudio.MostBytes)
                return TooLarge;
            return await ReadAsync(answer, cancel) is { } content ? new(content, null) : TooLarge;
        }
        return new(null, $"it was redirected more than {MostRedirects} times");
    }

    private static FetchedPicture TooLarge => new(null, $"it is larger than {PhotoStudio.MostBytes >> 20} MiB");

    private static async Task<byte[]?> ReadAsync(HttpResponseMessage answer, CancellationToken cancel)
    {
        await using var content = await answer.Content.ReadAsStreamAsync(cancel);
        using var all = new MemoryStream();
        var buffer = new byte[1 << 16];
        for (int read; (read = await content.ReadAsync(buffer, cancel)) > 0;)
        {
            if (all.Length + read > PhotoStudio.MostBytes)
                return null;
            all.Write(buffer, 0, read);
        }
        return all.ToArray();
    }

    // A name may have a public address and a private one, or another address the next time it is asked for. So all are looked at, and the
    // connection goes to one of these.
    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancel)
    {
        var (host, port) = (context.DnsEndPoint.Host, context.DnsEndPoint.Port);
        var addresses = IPAddress.TryParse(host, out var literal) ? [literal] : await resolve(host, cancel);
        if (addresses.Length == 0 || !addresses.All(isAllowed))
            throw new NotOnTheInternetException($"{host} is not a public host: pictures are never fetched from private networks");
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, port, cancel);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private sealed class NotOnTheInternetException(string why) : IOException(why);
}

/// <summary>A picture that was fetched, or the reason why it wasn't, in words that follow a colon.</summary>
public sealed record FetchedPicture(byte[]? Content, string? Why)
{
    internal bool IsHostsFault { get; init; }
}
