using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;

namespace Dispatch.Worker.Privacy;

/// <summary>
/// Makes and reads the tokens in readers' links and bounce addresses. A token contains all of its data, so none is stored.
/// </summary>
/// <remarks>
/// A token is 25 bytes, or 40 characters of base32: the key's number, one AES block (subscriber, newsletter or issue, kind, three zero
/// bytes), and eight bytes of an HMAC over number and block. Nobody can tell whether two tokens belong to one reader. Under one key, the
/// same three values always give the same token.
/// </remarks>
public sealed class LinkTokens(KeyRing ring)
{
    /// <summary>The length of a token, in characters.</summary>
    public const int Length = 40;

    private const int Bytes = 1 + LinkCipher.BlockBytes + LinkCipher.CheckBytes;

    /// <summary>Makes a token for a reader. The scope is the id of a newsletter or an issue, depending on the kind of link.</summary>
    public string Make(LinkKind kind, long subscriberId, long scopeId)
    {
        Span<byte> block = stackalloc byte[LinkCipher.BlockBytes];
        block.Clear();
        BinaryPrimitives.WriteInt64BigEndian(block, subscriberId);
        // Four bytes keep the token short enough that mail programs don't fold the link.
        BinaryPrimitives.WriteUInt32BigEndian(block[8..], checked((uint)scopeId));
        block[12] = (byte)kind;

        var key = ring.Current;
        Span<byte> token = stackalloc byte[Bytes];
        token[0] = key.Id;
        key.Links.Close(key.Id, block, token[1..]);
        return Base32.Encode(token);
    }

    /// <summary>Reads a token of this kind. Returns false for any other text.</summary>
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
