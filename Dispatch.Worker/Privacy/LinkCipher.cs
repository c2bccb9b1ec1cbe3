using System.Security.Cryptography;

namespace Dispatch.Worker.Privacy;

/// <summary>
/// Encrypts and checks the token in a reader's link, as one AES block and a check value. Each thread has its own ciphers.
/// </summary>
#pragma warning disable CA1001 // This object lives as long as the process, and its ciphers as long as their threads.
internal sealed class LinkCipher(byte[] blockKey, byte[] checkKey)
#pragma warning restore CA1001
{
    public const int BlockBytes = 16;
    public const int CheckBytes = 8;

    private readonly ThreadLocal<Tools> perThread = new(() => new Tools(blockKey, checkKey));

    /// <summary>Writes the encrypted block and its check value, which also covers the key's number.</summary>
    public void Close(byte keyId, ReadOnlySpan<byte> plain, Span<byte> target)
    {
        var tools = perThread.Value!;
        plain.CopyTo(tools.In);
        tools.Encrypt.TransformBlock(tools.In, 0, BlockBytes, tools.Out, 0);
        tools.Out.CopyTo(target);
        tools.Check(keyId, tools.Out, target[BlockBytes..]);
    }

    /// <summary>Decrypts the block if its check value is right. Returns false if it is wrong.</summary>
    public bool TryOpen(byte keyId, ReadOnlySpan<byte> closed, Span<byte> plain)
    {
        var tools = perThread.Value!;
        closed[..BlockBytes].CopyTo(tools.In);
        Span<byte> expected = stackalloc byte[CheckBytes];
        tools.Check(keyId, tools.In, expected);
        if (!CryptographicOperations.FixedTimeEquals(expected, closed[BlockBytes..]))
            return false;
        tools.Decrypt.TransformBlock(tools.In, 0, BlockBytes, tools.Out, 0);
        tools.Out.CopyTo(plain);
        return true;
    }

    private sealed class Tools
    {
        private readonly IncrementalHash hmac;

        public Tools(byte[] blockKey, byte[] checkKey)
        {
            // A token is a single block, and the blocks of different readers differ, so ECB reveals nothing.
            using var aes = Aes.Create();
            aes.Key = blockKey;
#pragma warning disable CA5358 // The bare block cipher is intended, because an HMAC checks the block.
            aes.Mode = CipherMode.ECB;
#pragma warning restore CA5358
            aes.Padding = PaddingMode.None;
            (Encrypt, Decrypt) = (aes.CreateEncryptor(), aes.CreateDecryptor());
            hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, checkKey);
        }

        public byte[] In { get; } = new byte[BlockBytes];

        public byte[] Out { get; } = new byte[BlockBytes];

        public ICryptoTransform Encrypt { get; }

        public ICryptoTransform Decrypt { get; }

        public void Check(byte keyId, ReadOnlySpan<byte> block, Span<byte> target)
        {
            Span<byte> whole = stackalloc byte[32];
            hmac.AppendData([keyId]);
            hmac.AppendData(block);
            hmac.GetHashAndReset(whole);
            whole[..CheckBytes].CopyTo(target);
        }
    }
}
