using System.Security.Cryptography;
using System.Text;
using Dispatch.Worker.Privacy;

namespace Dispatch.Api.Http;

/// <summary>
/// Implements <c>Idempotency-Key</c> for a file that is processed as it arrives (<see cref="IdempotencyKeys"/> would first store it on
/// disk). The file is hashed while it is read; once it has been read, the key decides whether the result is used or dropped.
/// </summary>
internal sealed class KeyedUpload : IDisposable
{
    private readonly string key;
    private readonly IncrementalHash hash;

    private KeyedUpload(HttpRequest request, string key)
    {
        this.key = key;
        hash = request.HttpContext.RequestServices.GetRequiredService<KeyRing>().HashOfRequest();
        Add($"{request.Method} {request.Path}{request.QueryString}");
    }

    /// <summary>Returns null if the request has no key, or an invalid one, as <paramref name="invalid"/> says.</summary>
    public static KeyedUpload? Of(HttpRequest request, out IResult? invalid)
    {
        var upload = IdempotencyKeys.TryGetKey(request, out var key, out var refused) ? new KeyedUpload(request, key) : null;
        invalid = refused;
        return upload;
    }

    /// <summary>Adds a text that distinguishes the request from others.</summary>
    public void Add(string text) => hash.AppendData(Encoding.UTF8.GetBytes($"{text.Length}:{text}\n"));

    /// <summary>Returns the file, hashed as it is read.</summary>
    public Stream Hashed(Stream file) => new HashedStream(file, hash);

    /// <summary>Does the work, if it is the first request with its key, or repeats the first one's answer.</summary>
    /// <param name="file">What <see cref="Hashed"/> returned. It is read to its end.</param>
    /// <param name="work">Does the work.</param>
    /// <param name="otherwise">Drops what was read, if the work is not done.</param>
    public async Task<IResult> OnceAsync(Stream file, Func<Task<IResult>> work, Func<Task> otherwise)
    {
        await file.CopyToAsync(Stream.Null);
        return new Once(key, hash.GetHashAndReset(), work, otherwise);
    }

    public void Dispose() => hash.Dispose();

    private sealed class Once(string key, byte[] hash, Func<Task<IResult>> work, Func<Task> otherwise) : IResult
    {
        public async Task ExecuteAsync(HttpContext httpContext)
        {
            if (!await IdempotencyKeys.AnswerAsync(
                httpContext, key, hash, async http => await (await work()).ExecuteAsync(http), CancellationToken.None))
                await otherwise();
        }
    }

    private sealed class HashedStream(Stream file, IncrementalHash hash) : Stream
    {
        public override bool CanRead => true;
        public override bool CanSeek => false;
        public override bool CanWrite => false;
        public override long Length => throw new NotSupportedException();
        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count)
        {
            var read = file.Read(buffer, offset, count);
            hash.AppendData(buffer, offset, read);
            return read;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
        public override void SetLength(long value) => throw new NotSupportedException();
        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
