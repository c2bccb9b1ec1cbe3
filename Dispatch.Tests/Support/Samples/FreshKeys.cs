using Dispatch.Worker.Privacy;

namespace Dispatch.Tests.Support.Samples;

/// <summary>Keys for tests that need no file.</summary>
internal static class FreshKeys
{
    public static KeyRing Ring() => new(KeySet.Fresh(DateTimeOffset.UnixEpoch), file: null);
}
