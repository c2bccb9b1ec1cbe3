namespace Dispatch.Worker.Privacy;

/// <summary>
/// Thrown if the key ring can't be read, or is not the ring that sealed a value. The message says what to do, and contains no key.
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

    /// <summary>
    /// True if the value is intact, but its key is missing from this machine's key file. Another machine may have a newer file.
    /// </summary>
    public bool KeyIsMissing { get; init; }
}
