using Dispatch.Worker.Transfer.Reading;

namespace Dispatch.Tests.Transfer.Reading;

public class CellTextTests
{
    [TestCase("=1+1"), TestCase("+420"), TestCase("-x"), TestCase("@SUM"), TestCase("\t=1"), TestCase("\r=1"), TestCase("'=1")]
    [TestCase("''=1"), TestCase("' =1"), TestCase("'quoted'"), TestCase("'"), TestCase(""), TestCase("O'Brien")]
    [TestCase("''"), TestCase("' ")]
    public void A_guard_goes_on_at_export_and_comes_off_at_import(string cell)
    {
        Assert.That(CellText.WithoutGuard(CellText.Guarded(cell)), Is.EqualTo(cell));
        Assert.That(CellText.Guarded(cell), Does.Not.Match(@"^[=+\-@\t\r]"), "no spreadsheet runs it");
    }

    [TestCase("'=cmd", "=cmd"), TestCase("' =1+1", "=1+1"), TestCase("'+420", "+420"), TestCase("'-minus", "-minus")]
    public void Exactly_one_apostrophe_of_another_system_comes_off(string cell, string expected) =>
        Assert.That(CellText.WithoutGuard(cell), Is.EqualTo(expected));

    [TestCase("{'name': 'K. Kvapil', 'staff': 'true'}", "name=K. Kvapil;staff=true")]
    [TestCase("{'name': \"Sean O'Brien\"}", "name=Sean O'Brien")]
    [TestCase("{}", ""), TestCase("{'n': 3, 'l': ['a', {'b': None}], 'none': None}", "n=3;l=['a', {'b': None}]")]
    [TestCase("{'a': 'x", null)]
    [TestCase("{\"json\": true}", "json=true"), TestCase("nonsense", null), TestCase("{'a' 'b'}", null)]
    public void A_dictionary_is_read_as_Python_prints_it(string text, string? expected)
    {
        var read = PythonDict.Read(text);
        Assert.That(read is null ? null : string.Join(';', read.Select(entry => $"{entry.Key}={entry.Value}")), Is.EqualTo(expected));
    }
}
