using NUnit.Framework.Interfaces;
using NUnit.Framework.Internal;

namespace Dispatch.Tests.Support;

/// <summary>
/// The test categories, one for each thing that a test may need besides the .NET SDK. <c>.ci/run fast</c> leaves out all of them. If a
/// fixture needs something and does not have the category for it, the fixture fails (<see cref="Requires"/>).
/// </summary>
internal static class Needs
{
    public const string Postgres = "PostgreSQL";
    public const string Postfix = "Postfix";
    public const string Chromium = "Chromium";

    /// <summary>The programs that check messages and signatures.</summary>
    public const string Judges = "Judges";

    /// <summary>Separate processes that the test starts and kills.</summary>
    public const string Processes = "Processes";

    /// <summary>Fails a test whose fixture does not have the category for this need.</summary>
    public static void Said(string need)
    {
        for (ITest? test = TestExecutionContext.CurrentContext.CurrentTest; test is not null; test = test.Parent)
            if (test.Properties[PropertyNames.Category].Contains(need))
                return;
        Assert.Fail($"expected [Category(Needs.…)] for {need} on the fixture");
    }
}
