using NUnit.Framework.Interfaces;
using NUnit.Framework.Internal;

namespace Dispatch.Tests.Support;

/// <summary>
/// Test categories for what a test needs besides the .NET SDK. <see cref="Requires"/> fails a test whose fixture lacks the category.
/// <c>.ci/run fast</c> runs no test of these categories.
/// </summary>
internal static class Needs
{
    public const string Postgres = "PostgreSQL";
    public const string Postfix = "Postfix";
    public const string Chromium = "Chromium";

    /// <summary>Programs that check messages and signatures.</summary>
    public const string Judges = "Judges";

    /// <summary>Separate processes that a test starts and kills.</summary>
    public const string Processes = "Processes";

    /// <summary>Fails the test if its fixture lacks this category.</summary>
    public static void Said(string need)
    {
        for (ITest? test = TestExecutionContext.CurrentContext.CurrentTest; test is not null; test = test.Parent)
            if (Has(test.Properties, need))
                return;
        Assert.Fail($"expected [Category(Needs.…)] for {need} on the fixture");
    }

    // The indexer adds a key that is missing, which breaks the list of properties when two tests of a fixture do so at once.
    private static bool Has(IPropertyBag properties, string need) =>
        properties.ContainsKey(PropertyNames.Category) && properties[PropertyNames.Category].Contains(need);
}
