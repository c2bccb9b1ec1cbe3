namespace Dispatch.Worker.Privacy;

/// <summary>
/// The key ring cannot be read, or is not the one that a stored value was sealed with. The message says what to do and contains no key.
/// </summary>
public sealed class KeyRingException : Exception
{
    public KeyRingException()
    {
    }

    public KeyRingException(string message)
        : base(message)
    {
    }

    public KeyRingException(string message, Exception? inner)
        : base(message, inner)
    {
    }

    /// <summary>Nothing is wrong with the value: the key file here is older than the value, and another machine may have the key.</summary>
    public bool KeyIsMissing { get; init; }
}
