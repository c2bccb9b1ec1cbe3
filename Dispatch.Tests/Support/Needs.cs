using NUnit.Framework.Interfaces;
using NUnit.Framework.Internal;

namespace Dispatch.Tests.Support;

/// <summary>
/// The categories: what a test takes beyond the .NET SDK. <c>.ci/run fast</c> leaves them all out, and a fixture that takes one
/// without saying so fails (<see cref="Requires"/>).
/// </summary>
internal static class Needs
{
    public const string Postgres = "PostgreSQL";
    public const string Postfix = "Postfix";
    public const string Chromium = "Chromium";

    /// <summary>The programs that judge mails and signatures.</summary>
    public const string Judges = "Judges";

    /// <summary>Processes of their own, which are started, killed and started again.</summary>
    public const string Processes = "Processes";

    /// <summary>Fails a test whose fixture does not say that it needs this.</summary>
    public static void Said(string need)
    {
        for (ITest? test = TestExecutionContext.CurrentContext.CurrentTest; test is not null; test = test.Parent)
            if (test.Properties[PropertyNames.Category].Contains(need))
                return;
        Assert.Fail($"expected [Category(Needs.…)] for {need} on the fixture");
    }
}
