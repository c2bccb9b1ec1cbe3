using Dispatch.Tests.Support;
using NUnit.Framework.Interfaces;
using NUnit.Framework.Internal;

namespace Dispatch.Tests.Architecture;

/// <summary>Asking for a category wrote to the properties of the fixture, which its tests share. Two at once ended the whole run.</summary>
[TestFixture, Category(Needs.Postgres)]
public class NeedsTests
{
    [Test]
    public void Asking_what_a_test_needs_changes_no_properties()
    {
        var before = Properties();
        Needs.Said(Needs.Postgres);
        Assert.That(Properties(), Is.EqualTo(before));
    }

    private static List<string> Properties()
    {
        var keys = new List<string>();
        for (ITest? test = TestExecutionContext.CurrentContext.CurrentTest; test is not null; test = test.Parent)
            keys.Add($"{test.Name}: {string.Join(", ", test.Properties.Keys)}");
        return keys;
    }
}
