using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;

namespace Dispatch.Worker.Privacy;

/// <summary>
/// Makes and reads the tokens in a reader's links and bounce addresses. They carry their own meaning, so nothing is stored for them.
/// </summary>
/// <remarks>
/// A token is the key's id, one AES block (subscriber, newsletter or issue, kind, three zero bytes) and eight bytes of an HMAC
/// over both: always 25 bytes, 40 characters of base32. It fits into a local part, survives a mail server that changes letter case, and
/// nobody can tell that two tokens belong to one reader. The same three values give the same token under the same key.
/// </remarks>
public sealed class LinkTokens(KeyRing ring)
{
    /// <summary>How many characters a token has.</summary>
    public const int Length = 40;

    private const int Bytes = 1 + LinkCipher.BlockBytes + LinkCipher.CheckBytes;

    /// <summary>The token for a reader; the scope is the newsletter's id or the issue's, as the kind asks for.</summary>
    public string Make(LinkKind kind, long subscriberId, long scopeId)
    {
        Span<byte> block = stackalloc byte[LinkCipher.BlockBytes];
        block.Clear();
        BinaryPrimitives.WriteInt64BigEndian(block, subscriberId);
        // Four bytes: no newsletter sends four billion issues, and a shorter token is one that mail clients do not fold.
        BinaryPrimitives.WriteUInt32BigEndian(block[8..], checked((uint)scopeId));
        block[12] = (byte)kind;

        var key = ring.Current;
        Span<byte> token = stackalloc byte[Bytes];
        token[0] = key.Id;
        key.Links.Close(key.Id, block, token[1..]);
        return Base32.Encode(token);
    }

    /// <summary>Reads a token of this kind; returns false for anything else, whatever it is.</summary>
    public bool TryRead([NotNullWhen(true)] string? token, LinkKind kind, out long subscriberId, out long scopeId)
    {
        (subscriberId, scopeId) = (0, 0);
        Span<byte> bytes = stackalloc byte[Bytes];
        if (!Base32.TryDecode(token, bytes) || ring.Find(bytes[0]) is not { } key)
            return false;

        Span<byte> block = stackalloc byte[LinkCipher.BlockBytes];
        if (!key.Links.TryOpen(key.Id, bytes[1..], block))
            return false;
        if (block[12] != (byte)kind || block[13..].ContainsAnyExcept((byte)0))
            return false;
        subscriberId = BinaryPrimitives.ReadInt64BigEndian(block);
        scopeId = BinaryPrimitives.ReadUInt32BigEndian(block[8..]);
        return true;
    }
}
