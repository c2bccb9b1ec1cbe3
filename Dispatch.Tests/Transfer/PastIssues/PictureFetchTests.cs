using System.Net;
using System.Net.Sockets;
using System.Text;
using Dispatch.Worker.Addresses;
using Dispatch.Worker.Transfer.PastIssues;

namespace Dispatch.Tests.Transfer.PastIssues;

public sealed class PictureFetchTests : IDisposable
{
    private readonly TcpListener server = new(IPAddress.Loopback, 0);
    private readonly List<string> asked = [];

    public PictureFetchTests()
    {
        server.Start();
        _ = ServeAsync();
    }

    private int Port => ((IPEndPoint)server.LocalEndpoint).Port;

    public void Dispose() => server.Dispose();

    [TestCase("127.0.0.1"), TestCase("10.1.2.3"), TestCase("172.31.255.255"), TestCase("192.168.1.1"), TestCase("169.254.169.254")]
    [TestCase("100.64.0.1"), TestCase("0.0.0.0"), TestCase("224.0.0.1"), TestCase("255.255.255.255"), TestCase("192.0.0.8")]
    [TestCase("::1"), TestCase("::"), TestCase("::ffff:10.0.0.1"), TestCase("::ffff:127.0.0.1"), TestCase("fe80::1"), TestCase("fd00::1")]
    [TestCase("ff02::1"), TestCase("64:ff9b::a00:1"), TestCase("2002:a00:1::"), TestCase("2001:0:53aa::1"), TestCase("2001:db8::1")]
    [TestCase("::10.0.0.1"), TestCase("fec0::1"), TestCase("198.18.0.1"), TestCase("203.0.113.9")]
    public void An_address_that_is_not_on_the_internet_is_told(string address) =>
        Assert.That(Networks.IsPublic(IPAddress.Parse(address)), Is.False);

    [TestCase("1.1.1.1"), TestCase("8.8.8.8"), TestCase("172.32.0.1"), TestCase("100.128.0.1"), TestCase("2606:4700:4700::1111")]
    [TestCase("2a00:1450::1"), TestCase("::ffff:8.8.8.8"), TestCase("2001:4860:4860::8888")]
    public void An_address_on_the_internet_is_told(string address) =>
        Assert.That(Networks.IsPublic(IPAddress.Parse(address)), Is.True);

    [TestCase("http://localhost:{0}/a.jpg"), TestCase("http://127.0.0.1:{0}/a.jpg"), TestCase("http://[::ffff:127.0.0.1]:{0}/a.jpg")]
    [TestCase("http://2130706433:{0}/a.jpg"), TestCase("http://0x7f.1:{0}/a.jpg")]
    public async Task Nothing_is_fetched_from_this_machine_or_a_private_network(string address)
    {
        using var fetch = new PictureFetch();
        var picture = await fetch.FetchAsync(string.Format(System.Globalization.CultureInfo.InvariantCulture, address, Port), default);
        Assert.That(picture.Content, Is.Null);
        Assert.That(picture.Why, Does.Contain("not a public host").Or.Contain("can't be reached"));
        Assert.That(asked, Is.Empty);
    }

    [Test]
    public async Task A_host_with_one_private_address_among_others_is_refused()
    {
        using var fetch = new PictureFetch((_, _) => Task.FromResult(new[] { IPAddress.Parse("1.1.1.1"), IPAddress.Loopback }),
            Networks.IsPublic);
        Assert.That((await fetch.FetchAsync($"http://pictures.test:{Port}/a.jpg", default)).Why, Does.Contain("not a public host"));
        Assert.That(asked, Is.Empty);
    }

    [Test]
    public async Task A_redirect_into_a_private_network_is_refused_and_one_to_the_internet_followed()
    {
        using var fetch = Open("pictures.test", "cdn.test");
        Assert.That((await fetch.FetchAsync($"http://pictures.test:{Port}/to/inside.test", default)).Why,
            Does.Contain("inside.test is not a public host"));
        Assert.That(Encoding.ASCII.GetString((await fetch.FetchAsync($"http://pictures.test:{Port}/to/cdn.test", default)).Content!),
            Is.EqualTo("picture /a.jpg"));
        Assert.That((await fetch.FetchAsync($"http://pictures.test:{Port}/to/file", default)).Why, Does.Contain("isn't a web address"));
        Assert.That((await fetch.FetchAsync($"http://pictures.test:{Port}/round", default)).Why, Does.Contain("redirected more than"));
    }

    [Test]
    public async Task A_picture_that_is_too_large_or_missing_is_named_and_a_host_that_fails_is_left_alone()
    {
        using var fetch = Open("pictures.test");
        Assert.That((await fetch.FetchAsync($"http://pictures.test:{Port}/large", default)).Why, Does.Contain("larger than 40 MiB"));
        Assert.That((await fetch.FetchAsync($"http://pictures.test:{Port}/missing", default)).Why,
            Is.EqualTo("pictures.test answered 404"));
        for (var i = 0; i < 5; i++)
            await fetch.FetchAsync($"http://pictures.test:{Port}/broken?{i}", default);
        var before = asked.Count;
        Assert.That((await fetch.FetchAsync($"http://pictures.test:{Port}/a.jpg", default)).Why, Does.Contain("not asked again"));
        Assert.That(asked, Has.Count.EqualTo(before));
        Assert.That((await fetch.FetchAsync("ftp://pictures.test/a.jpg", default)).Why, Is.EqualTo("it isn't a web address"));
    }

    private static PictureFetch Open(params string[] hosts) => new(
        (host, _) => Task.FromResult(new[] { hosts.Contains(host) ? IPAddress.Loopback : IPAddress.Parse("10.0.0.1") }),
        address => address.Equals(IPAddress.Loopback));

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                using var client = await server.AcceptTcpClientAsync();
                await using var stream = client.GetStream();
                using var reader = new StreamReader(stream, Encoding.ASCII, false, 1024, leaveOpen: true);
                var path = (await reader.ReadLineAsync())?.Split(' ')[1] ?? "";
                while (await reader.ReadLineAsync() is { Length: > 0 })
                {
                }
                asked.Add(path);
                await stream.WriteAsync(Encoding.ASCII.GetBytes(AnswerTo(path)));
            }
        }
        catch (Exception fault) when (fault is ObjectDisposedException or SocketException or IOException)
        {
            // the test is over
        }
    }

    private string AnswerTo(string path) => path switch
    {
        "/to/file" => "HTTP/1.1 302 Found\r\nLocation: file:///etc/passwd\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
        "/round" => "HTTP/1.1 302 Found\r\nLocation: /round\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
        ['/', 't', 'o', '/', .. var host] =>
            $"HTTP/1.1 301 Moved\r\nLocation: http://{host}:{Port}/a.jpg\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
        "/large" => "HTTP/1.1 200 OK\r\nContent-Length: 41943041\r\nConnection: close\r\n\r\n",
        "/missing" => "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
        ['/', 'b', 'r', 'o', 'k', 'e', 'n', ..] => "HTTP/1.1 503 Busy\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
        _ => $"HTTP/1.1 200 OK\r\nContent-Length: {8 + path.Length}\r\nConnection: close\r\n\r\npicture {path}",
    };
}
