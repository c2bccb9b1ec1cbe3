using System.Text.RegularExpressions;
using Dispatch.Tests.Support;
using Dispatch.Tests.Support.Servers;
using Dispatch.Worker.Settings;
using Dispatch.Worker.Staff;

namespace Dispatch.Tests.Hosting;

/// <summary>Every place that reports the version does so in the same form.</summary>
public class VersionTests() : DispatchTest(Provider.Sqlite)
{
    [Test]
    public void It_is_three_numbers() => Assert.That(ProductVersion.Text, Does.Match(@"^\d+\.\d+\.\d+$"));

    [TestCase("Dispatch.Api.dll"), TestCase("Dispatch.Worker.dll"), Category(Needs.Processes)]
    public void Both_programs_say_it(string program) =>
        Assert.That(TestProcess.Run("dotnet", Path.Combine(AppContext.BaseDirectory, program), "--version").Trim(),
            Is.EqualTo(ProductVersion.Text));

    [Test]
    public async Task Health_says_it() =>
        Assert.That(await App.Http.GetStringAsync("/health/live"), Is.EqualTo($"Healthy: Dispatch {ProductVersion.Text}"));

    [Test]
    public async Task The_desks_foot_says_it_to_staff_alone()
    {
        using var desk = await SignedIn.As(App, StaffRoles.Editor);
        Assert.That(Foot(await desk.GetStringAsync("/desk")), Does.Contain($"Dispatch {ProductVersion.Text}"));
        Assert.That(Foot(await App.Http.GetStringAsync("/desk/sign-in")), Is.Empty);
    }

    private static string Foot(string page) => Regex.Match(page, "<footer.*</footer>", RegexOptions.Singleline).Value;
}
