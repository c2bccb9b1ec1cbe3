using System.Reflection;
using System.Text.RegularExpressions;
using Dispatch.Templates;
using Dispatch.Tests.Support.Servers;
using Dispatch.Worker;

namespace Dispatch.Tests.Architecture;

/// <summary>Api → Worker → Templates, and within Worker each folder knows only those below it.</summary>
public partial class LayoutTests
{
    private const string Settings = "Hosting: settings and the data folder only";

    // What a folder may know beside itself. Database knows every entity, Hosting knows all of Worker.
    private static readonly Dictionary<string, string[]> MayKnow = new()
    {
        ["Addresses"] = [],
        ["Audit"] = [],
        ["Newsletters"] = ["Database"],
        ["Suppressions"] = ["Database"],
        ["Dns"] = [Settings],
        ["Privacy"] = ["Addresses", Settings],
        ["Signing"] = ["Addresses", Settings],
        ["Idempotency"] = ["Database"],
        ["Relays"] = ["Signing", "Addresses", "Newsletters", "Database", Settings], // what EHLO says is the first newsletter's host; a reply is cut as the database takes it
        ["Staff"] = ["Addresses", "Audit", "Database", Settings],
        ["Issues"] = ["Newsletters", "Audit", "Privacy", "Templates", "Database", Settings],
        ["Schedule"] = ["Newsletters", "Issues", "Audit", "Database", Settings],
        ["Subscribers"] = ["Newsletters", "Suppressions", "Schedule", "Addresses", "Dns", "Privacy", "Relays", "Signing", "Audit", "Templates", "Database", Settings],
        ["Deliveries"] = ["Newsletters", "Suppressions", "Subscribers", "Issues", "Schedule", "Addresses", "Privacy", "Relays", "Signing", "Audit", "Templates", "Database", Settings],
        ["Bounces"] = ["Deliveries", "Suppressions", "Subscribers", "Newsletters", "Addresses", "Privacy", "Relays", "Audit", "Database", Settings],
    };

    private static readonly string[] OpenToAll = ["ISettings", "StartException", "DataFolder", "SiteSettings", "ProxyList",
        "SettingsServices"];

    private static readonly string[] TopLevel =
    [
        ".assets", ".ci", ".config", ".dockerignore", ".editorconfig", ".env.example", ".gitattributes", ".gitignore", "Directory.Build.props", "Directory.Packages.props",
        "Dispatch.Api", "Dispatch.Templates", "Dispatch.Tests", "Dispatch.Worker", "Dispatch.sln", "LICENSE", "README.md", "docker-compose.yml", "global.json",
    ];

    private static string Root { get; } = FindRoot();

    [Test]
    public void Worker_does_not_know_Api_and_Templates_knows_neither()
    {
        var templates = typeof(MailRenderer).Assembly;
        var worker = typeof(WorkerHost).Assembly;
        Assert.That(Ours(typeof(Program).Assembly), Is.EqualTo(new[] { "Dispatch.Worker" }).Or.EqualTo(new[] { "Dispatch.Templates", "Dispatch.Worker" }));
        Assert.That(Ours(worker), Is.EqualTo(new[] { "Dispatch.Templates" }));
        Assert.That(Ours(templates), Is.Empty);
        Assert.That(templates.GetReferencedAssemblies().Select(name => name.Name), Has.None.Match("MimeKit|MailKit|EntityFramework|AspNetCore|Hangfire"), "Templates knows no database, MIME or web");

        static IEnumerable<string?> Ours(Assembly assembly) =>
            assembly.GetReferencedAssemblies().Select(name => name.Name).Where(name => name!.StartsWith("Dispatch", StringComparison.Ordinal)).Order();
    }

    [TestCaseSource(nameof(Rooms))]
    public void A_folder_of_Worker_knows_only_those_below_it(string folder)
    {
        Assert.That(MayKnow, Does.ContainKey(folder), "a new capability: say in MayKnow what it may know");
        var forbidden = (from file in Files(Path.Combine(Root, "Dispatch.Worker", folder))
                         let code = Comment().Replace(File.ReadAllText(file), "")
                         from known in Known(code).Distinct()
                         where known != folder && !MayKnow[folder].Contains(known)
                         select $"{Path.GetFileName(file)} knows {known}").ToList();
        Assert.That(forbidden, Is.Empty);
    }

    [Test]
    public void Nothing_lies_about_at_the_top()
    {
        var tracked = TestProcess.Run("git", "-C", Root, "ls-tree", "--name-only", "HEAD");
        Assert.That(tracked.Split('\n', StringSplitOptions.RemoveEmptyEntries), Is.SubsetOf(TopLevel));
    }

    [TestCase("Templates"), TestCase("Worker"), TestCase("Api"), TestCase("Tests")]
    public void A_namespace_is_its_folder(string project)
    {
        var root = Path.Combine(Root, $"Dispatch.{project}");
        var misplaced = from file in Files(root)
                        where !file.Contains("Migrations", StringComparison.Ordinal) && Path.GetFileName(file) != "Program.cs"
                        let folder = Path.GetRelativePath(root, Path.GetDirectoryName(file)!).Replace('/', '.')
                        let expected = folder == "." ? $"Dispatch.{project}" : $"Dispatch.{project}.{folder}"
                        let found = Namespace().Match(File.ReadAllText(file)).Groups[1].Value
                        where found != expected && file != Path.Combine(root, "Support", "TestRun.cs") // over all fixtures
                        select $"{Path.GetRelativePath(root, file)}: expected {expected}, got {found}";
        Assert.That(misplaced, Is.Empty);
    }

    private static IEnumerable<string> Rooms() => Folders().Except(["Database", "Hosting"]); // these know all of Worker

    private static IEnumerable<string> Folders() =>
        Directory.GetDirectories(Path.Combine(Root, "Dispatch.Worker")).Select(folder => Path.GetFileName(folder)!).Where(folder => folder is not ("bin" or "obj"));

    private static IEnumerable<string> Known(string code)
    {
        foreach (Match match in Using().Matches(code))
            if (match.Groups[2].Value != "Hosting")
                yield return match.Groups[2].Success ? match.Groups[2].Value : "Templates";
            else
                yield return Settings;
        foreach (var folder in Folders())
            if (Regex.IsMatch(code, $@"(?<![\w.]){folder}\.[A-Z]\w+"))
                yield return folder;
        if (!code.Contains("using Dispatch.Worker.Hosting;", StringComparison.Ordinal))
            yield break;
        foreach (var type in Hosting.Value.Where(type => !OpenToAll.Contains(type) && Regex.IsMatch(code, $@"(?<![\w.""]){type}\b")))
            yield return $"Hosting's {type}";
    }

    private static readonly Lazy<string[]> Hosting = new(() =>
        [.. typeof(WorkerHost).Assembly.GetTypes().Where(type => type is { Namespace: "Dispatch.Worker.Hosting", IsNested: false }).Select(type => type.Name.Split('`')[0])]);

    private static IEnumerable<string> Files(string folder) => Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories)
        .Where(file => !file.Contains("/obj/", StringComparison.Ordinal) && !file.Contains("/bin/", StringComparison.Ordinal));

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Dispatch.sln")))
            folder = folder.Parent ?? throw new InvalidOperationException("expected Dispatch.sln above the tests");
        return folder.FullName;
    }

    [GeneratedRegex(@"^\s*//.*$", RegexOptions.Multiline)]
    private static partial Regex Comment();

    [GeneratedRegex(@"Dispatch\.(Templates\b|Worker\.(\w+))")]
    private static partial Regex Using();

    [GeneratedRegex(@"^namespace ([\w.]+)", RegexOptions.Multiline)]
    private static partial Regex Namespace();
}
