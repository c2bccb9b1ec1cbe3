using Dispatch.Worker.Privacy;

namespace Dispatch.Tests.Support.Samples;

/// <summary>Key rings for tests that need no key file.</summary>
internal static class FreshKeys
{
    public static KeyRing Ring() => new(KeySet.Fresh(DateTimeOffset.UnixEpoch), file: null);
}
