using System.Reflection;
using System.Text.RegularExpressions;
using Dispatch.Templates;
using Dispatch.Tests.Support.Servers;
using Dispatch.Worker;

namespace Dispatch.Tests.Architecture;

/// <summary>
/// A room is a top-level folder of a project. Each room must use exactly the rooms that the table lists for it, and README repeats the
/// table.
/// </summary>
public partial class LayoutTests
{
    /// <summary>Marks a room that may use all rooms above it, because it wires everything together.</summary>
    private static readonly string[] All = ["all above"];

    // A room may use only rooms above it in this table, so there is no cycle. The names of Worker's rooms omit the project.
    private static readonly (string Name, string[] Knows)[] Rooms =
    [
        ("Templates/Text", []),
        ("Templates/Confirmations", ["Templates/Text"]),
        ("Templates/Issues", ["Templates/Text"]),
        ("Templates/Languages", ["Templates/Text"]),
        ("Templates/Layouts", ["Templates/Text"]),
        ("Templates/Notices", ["Templates/Text", "Templates/Languages"]),
        ("Templates/Welcomes", ["Templates/Text"]),
        ("Templates",
        [
            "Templates/Text", "Templates/Confirmations", "Templates/Issues", "Templates/Languages", "Templates/Layouts",
            "Templates/Notices", "Templates/Welcomes",
        ]),
        ("Settings", []),
        ("Addresses", []),
        ("Database", ["Settings"]),
        ("Audit", ["Database"]),
        ("Idempotency", ["Database"]),
        ("Newsletters", ["Database"]),
        ("Dns", ["Settings"]),
        ("Providers", ["Settings", "Dns"]),
        ("Privacy", ["Settings", "Addresses", "Database"]),
        ("Backup", ["Settings", "Database", "Audit", "Privacy"]),
        ("Signing", ["Settings", "Addresses"]),
        ("Suppressions", ["Addresses", "Database", "Audit", "Privacy"]),
        ("Mailing", ["Templates", "Settings", "Privacy", "Signing"]),
        ("Relays", ["Settings", "Addresses", "Signing", "Mailing"]),
        ("Staff", ["Settings", "Addresses", "Database", "Audit", "Newsletters"]),
        ("Issues", ["Templates", "Settings", "Database", "Audit", "Newsletters", "Privacy"]),
        ("Scheduling", ["Settings", "Database", "Audit", "Newsletters", "Issues"]),
        ("Subscribers",
        [
            "Templates", "Settings", "Addresses", "Database", "Audit", "Newsletters", "Dns", "Privacy", "Suppressions", "Mailing",
            "Relays", "Issues", "Scheduling",
        ]),
        ("Deliveries",
        [
            "Templates", "Addresses", "Database", "Audit", "Newsletters", "Providers", "Privacy", "Signing", "Suppressions", "Mailing",
            "Relays", "Issues", "Scheduling", "Subscribers",
        ]),
        ("Bounces",
        [
            "Settings", "Addresses", "Database", "Audit", "Newsletters", "Providers", "Privacy", "Suppressions", "Mailing", "Relays",
            "Issues", "Subscribers", "Deliveries",
        ]),
        ("Transfer",
        [
            "Templates", "Settings", "Addresses", "Database", "Audit", "Newsletters", "Privacy", "Suppressions", "Issues", "Subscribers",
        ]),
        ("Hosting", All),
        ("Api/Http", ["Templates", "Settings", "Addresses", "Database", "Audit", "Idempotency", "Privacy", "Staff", "Issues"]),
        ("Api/Audit", ["Audit", "Api/Http"]),
        ("Api/Issues",
        [
            "Templates", "Settings", "Addresses", "Newsletters", "Mailing", "Staff", "Issues", "Scheduling", "Deliveries", "Api/Http",
        ]),
        ("Api/Deliveries", ["Audit", "Mailing", "Issues", "Deliveries", "Api/Http", "Api/Issues"]),
        ("Api/Newsletters", ["Settings", "Newsletters", "Issues", "Scheduling", "Deliveries", "Api/Http"]),
        ("Api/Ops", ["Staff", "Api/Http"]),
        ("Api/Reference", ["Api/Http"]),
        ("Api/Staff", ["Addresses", "Staff", "Api/Http"]),
        ("Api/Subscribers", ["Templates", "Addresses", "Suppressions", "Subscribers", "Transfer", "Api/Http"]),
        ("Api/Suppressions", ["Addresses", "Suppressions", "Api/Http"]),
        ("Api/Pages",
        [
            "Templates", "Settings", "Addresses", "Audit", "Newsletters", "Mailing", "Relays", "Staff", "Issues", "Scheduling",
            "Suppressions", "Subscribers", "Deliveries", "Bounces", "Transfer", "Hosting", "Api/Http", "Api/Issues", "Api/Ops",
            "Api/Reference", "Api/Subscribers",
        ]),
        ("Api/Hosting", All),
    ];

    private static readonly string[] TopLevel =
    [
        ".assets", ".ci", ".config", ".dockerignore", ".editorconfig", ".env.example", ".gitattributes", ".gitignore",
        "Directory.Build.props", "Directory.Packages.props", "Dispatch.Api", "Dispatch.Templates", "Dispatch.Tests", "Dispatch.Worker",
        "Dispatch.sln", "LICENSE", "README.md", "docker-compose.yml", "global.json",
    ];

    private const int MostFiles = 15;

    private static string Root { get; } = FindRoot();

    [Test]
    public void Worker_does_not_know_Api_and_Templates_knows_neither()
    {
        var templates = typeof(MailRenderer).Assembly;
        var worker = typeof(WorkerHost).Assembly;
        Assert.That(Ours(typeof(Program).Assembly),
            Is.EqualTo(new[] { "Dispatch.Worker" }).Or.EqualTo(new[] { "Dispatch.Templates", "Dispatch.Worker" }));
        Assert.That(Ours(worker), Is.EqualTo(new[] { "Dispatch.Templates" }));
        Assert.That(Ours(templates), Is.Empty);
        Assert.That(templates.GetReferencedAssemblies().Select(name => name.Name),
            Has.None.Match("MimeKit|MailKit|EntityFramework|AspNetCore|Hangfire"), "Templates knows no database, MIME or web");

        static IEnumerable<string?> Ours(Assembly assembly) =>
            assembly.GetReferencedAssemblies().Select(name => name.Name)
                .Where(name => name!.StartsWith("Dispatch", StringComparison.Ordinal)).Order();
    }

    [Test]
    public void The_table_names_every_room_once() =>
        Assert.That(Rooms.Select(room => room.Name).Except(["Templates"]),
            Is.EquivalentTo(Projects.SelectMany(project => RoomsOf(project).Keys)));

    [Test]
    public void No_two_rooms_know_each_other_by_any_way_round()
    {
        var names = Rooms.Select(room => room.Name).ToList();
        var upwards = from room in Rooms
                      where room.Knows != All
                      from known in room.Knows
                      where names.IndexOf(known) < 0 || names.IndexOf(known) >= names.IndexOf(room.Name)
                      select $"{room.Name} knows {known}, which is no room above it in the table";
        Assert.That(upwards, Is.Empty);
    }

    [TestCaseSource(nameof(Bounded))]
    public void A_room_knows_what_the_table_says(string room)
    {
        var allowed = Rooms.Single(row => row.Name == room).Knows;
        var known = KnownBy(room).ToLookup(found => found.Room, found => found.File);
        Assert.Multiple(() =>
        {
            Assert.That(known.Where(other => !allowed.Contains(other.Key))
                .Select(other => $"{other.Key}: {string.Join(", ", other.Distinct())}"),
                Is.Empty, "rooms that it may not know, and the files that do");
            Assert.That(allowed.Where(other => !known.Contains(other)), Is.Empty, "rooms that it may know, and doesn't");
        });
    }

    [Test]
    public void A_page_may_know_a_capability_and_never_the_reverse() =>
        Assert.That(Rooms.Where(room => room.Knows.Contains("Api/Pages")).Select(room => room.Name), Is.Empty, "Hosting alone maps pages");

    [Test]
    public void Nobody_below_knows_how_Dispatch_is_put_together() =>
        Assert.That(Rooms.Where(room => room.Knows.Contains("Hosting") || room.Knows.Contains("Api/Hosting")).Select(room => room.Name),
            Is.EqualTo(new[] { "Api/Pages" }), "the page for ops shows what doctor finds");

    [Test]
    public void Api_asks_Worker_and_never_the_database()
    {
        Assert.That(typeof(Program).Assembly.GetReferencedAssemblies().Select(name => name.Name), Has.None.Contains("EntityFrameworkCore"));
        Assert.That(Files(Path.Combine(Root, "Dispatch.Api"))
            .Where(file => File.ReadAllText(file).Contains("DispatchDb", StringComparison.Ordinal)),
            Is.Empty);
    }

    [Test]
    public void No_folder_is_a_heap()
    {
        var heaps = from project in Projects.Append("Tests")
                    from file in Files(Path.Combine(Root, $"Dispatch.{project}"))
                    where file.EndsWith(".cs", StringComparison.Ordinal)
                    group file by Path.GetDirectoryName(file) into folder
                    where folder.Count() > MostFiles
                    select $"{Path.GetRelativePath(Root, folder.Key!)}: {folder.Count()} files";
        Assert.That(heaps, Is.Empty, $"more than {MostFiles} files");
    }

    [Test]
    public void README_shows_the_table()
    {
        var table = "| room | knows |\n| --- | --- |\n"
            + string.Concat(Rooms.Select(room => $"| {room.Name} | {(room.Knows is [] ? "–" : string.Join(", ", room.Knows))} |\n"));
        TestContext.Out.WriteLine(table);
        Assert.That(File.ReadAllText(Path.Combine(Root, "README.md")).Contains(table, StringComparison.Ordinal),
            "README's table of rooms is another: put the one above in its place");
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
                        where file.EndsWith(".cs", StringComparison.Ordinal) && Path.GetFileName(file) != "Program.cs"
                        let folder = Path.GetRelativePath(root, Path.GetDirectoryName(file)!).Replace('/', '.')
                        let expected = folder == "." ? $"Dispatch.{project}" : $"Dispatch.{project}.{folder}"
                        let found = Namespace().Match(File.ReadAllText(file)).Groups[1].Value
                        where found != expected && file != Path.Combine(root, "Support", "TestRun.cs") // must be in no namespace
                        select $"{Path.GetRelativePath(root, file)}: expected {expected}, got {found}";
        Assert.That(misplaced, Is.Empty);
    }

    private static readonly string[] Projects = ["Templates", "Worker", "Api"];

    private static IEnumerable<string> Bounded() =>
        Rooms.Where(room => room.Knows != All && room.Name != "Templates").Select(room => room.Name);

    /// <summary>Returns the rooms of a project, each with the names of its files and folders.</summary>
    private static Dictionary<string, HashSet<string>> RoomsOf(string project) =>
        Directory.GetDirectories(Path.Combine(Root, $"Dispatch.{project}")).Where(folder => Files(folder).Any())
            .ToDictionary(folder => NameOf(project, Path.GetFileName(folder)), folder => Files(folder)
                .SelectMany(file => Path.GetRelativePath(folder, file).Split('/', '.')).ToHashSet());

    private static string NameOf(string project, string folder) => project == "Worker" ? folder : $"{project}/{folder}";

    private static IEnumerable<(string Room, string File)> KnownBy(string room)
    {
        var (project, folder) = room.Split('/') is [var named, var inside] ? (named, inside) : ("Worker", room);
        var neighbors = RoomsOf(project);
        neighbors.Remove(room);
        var atTheTop = project == "Templates" ? Directory.GetFiles(Path.Combine(Root, "Dispatch.Templates"), "*.cs") : [];
        foreach (var file in Files(Path.Combine(Root, $"Dispatch.{project}", folder)))
        {
            var (code, name) = (NoCode().Replace(File.ReadAllText(file), ""), Path.GetFileName(file));
            foreach (Match match in Ours().Matches(code))
                if (RoomAt(match.Groups[1].Value, match.Groups[2].Value, project) is { } known && known != room)
                    yield return (known, name);
            // Code may name a type relative to the project's namespace, such as Pages.Desk.DeskTime.
            foreach (var (other, contents) in neighbors)
                foreach (Match match in Regex.Matches(code, $@"(?<![\w.]){other.Split('/')[^1]}\.(\w+)"))
                    if (contents.Contains(match.Groups[1].Value))
                        yield return (other, name);
            // The top-level types of Templates need no using directive in its folders.
            if (atTheTop.Any(type => Regex.IsMatch(code, $@"\b{Path.GetFileNameWithoutExtension(type)}\b")))
                yield return ("Templates", name);
        }
    }

    private static string? RoomAt(string project, string folder, string from) =>
        project == "Templates" && from != "Templates" ? "Templates"
        : RoomsOf(project).ContainsKey(NameOf(project, folder)) ? NameOf(project, folder)
        : project == "Templates" ? "Templates" : null; // the top level of Worker and Api has only entry points

    private static IEnumerable<string> Files(string folder) => Directory.EnumerateFiles(folder, "*.cs*", SearchOption.AllDirectories)
        .Where(file => Path.GetExtension(file) is ".cs" or ".cshtml" && !Aside().IsMatch(Path.GetRelativePath(Root, file)));

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Dispatch.sln")))
            folder = folder.Parent ?? throw new InvalidOperationException("expected Dispatch.sln above the tests");
        return folder.FullName;
    }

    // Matches comments and the file's own namespace declaration.
    [GeneratedRegex(@"^\s*(//|@?namespace\b).*$", RegexOptions.Multiline)]
    private static partial Regex NoCode();

    [GeneratedRegex(@"\bDispatch\.(Templates|Worker|Api)\b(?:\.(\w+))?")]
    private static partial Regex Ours();

    // Matches the paths of generated files.
    [GeneratedRegex(@"[/\\](bin|obj|Migrations|Compiled)[/\\]")]
    private static partial Regex Aside();

    [GeneratedRegex(@"^namespace ([\w.]+)", RegexOptions.Multiline)]
    private static partial Regex Namespace();
}
