using System.Buffers;

namespace Dispatch.Worker.Signing;

/// <summary>Writes one long header field, broken into lines of at most <see cref="Columns"/> columns.</summary>
internal struct FoldedField(IBufferWriter<byte> to)
{
    /// <summary>The maximum length of a line. RFC 5322 §2.1.1 recommends no more than 78 characters.</summary>
    private const int Columns = 77;

    private int column;

    /// <summary>Writes text that must not be broken, after a space or a line break.</summary>
    public void Word(scoped ReadOnlySpan<byte> text)
    {
        if (column + 1 + text.Length > Columns)
            Break();
        else
            Append(" "u8);
        Append(text);
    }

    /// <summary>Writes text that must not be broken, directly after the previous text or after a line break.</summary>
    public void Piece(scoped ReadOnlySpan<byte> text)
    {
        if (column + text.Length > Columns)
            Break();
        Append(text);
    }

    /// <summary>Writes text that may be broken anywhere.</summary>
    public void Run(scoped ReadOnlySpan<byte> text)
    {
        while (text.Length > 0)
        {
            if (column >= Columns)
                Break();
            var part = text[..Math.Min(text.Length, Columns - column)];
            Append(part);
            text = text[part.Length..];
        }
    }

    private void Break()
    {
        to.Write("\r\n "u8);
        column = 1;
    }

    private void Append(scoped ReadOnlySpan<byte> text)
    {
        to.Write(text);
        column += text.Length;
    }
}
