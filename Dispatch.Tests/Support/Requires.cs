using Dispatch.Tests.Support.Servers;

namespace Dispatch.Tests.Support;

/// <summary>
/// Provides what a test needs from the machine. If something is missing, the test is skipped; in CI (<c>CI=true</c>) the test fails.
/// </summary>
internal static class Requires
{
    /// <summary>Returns the PostgreSQL server of this test run, or the server in <c>DISPATCH_TEST_POSTGRES</c>.</summary>
    public static PostgresCluster Postgres()
    {
        Needs.Said(Needs.Postgres);
        return PostgresCluster.Shared.Value
            ?? throw Missing(
                "PostgreSQL: expected its programs under /usr/lib/postgresql (apt-get install postgresql) or a superuser's connection "
                    + "string in DISPATCH_TEST_POSTGRES");
    }

    /// <summary>Starts a PostgreSQL server that only one test uses and may restart.</summary>
    public static async Task<PostgresCluster> OwnPostgresAsync()
    {
        Needs.Said(Needs.Postgres);
        return await PostgresCluster.OwnAsync()
            ?? throw Missing("PostgreSQL's programs under /usr/lib/postgresql (apt-get install postgresql): the test starts a server anew");
    }

    /// <summary>Mounts a small disk that the test may fill. The test is skipped even in CI if mounting is not allowed.</summary>
    public static SmallDisk SmallDisk(int mebibytes) => Support.Servers.SmallDisk.Mount(mebibytes)
        ?? throw Missing("root that is allowed to mount: it fills a small disk of its own", failsInCi: false);

    /// <summary>Starts the mail host of the shared folder (Postfix and Dovecot), if it is not running yet.</summary>
    public static async Task<Mailhost> MailhostAsync()
    {
        Needs.Said(Needs.Postfix);
        if (Environment.UserName != "root")
            throw Missing("root: the mail host's Postfix and Dovecot drop privileges themselves");
        return await Mailhost.StartedAsync(Shared.Folder("mailhost"));
    }

    /// <summary>Returns the path of the shared folder's program that checks outgoing mail.</summary>
    public static string Mailcheck()
    {
        Needs.Said(Needs.Judges);
        if (Environment.UserName != "root" || !File.Exists("/etc/debian_version"))
            throw Missing(
                "root on Debian: mailcheck runs OpenDKIM, dkimpy, Mail::DKIM, authheaders and SpamAssassin in a network of their own");
        return Shared.Folder("mailcheck/check");
    }

    /// <summary>Returns Node.js and the folder with html-validate and caniemail (<c>DISPATCH_NPM</c>).</summary>
    public static (string Node, string Folder) MailLinters()
    {
        Needs.Said(Needs.Judges);
        var folder = Environment.GetEnvironmentVariable("DISPATCH_NPM") ?? "";
        var node = Path.Combine(AppContext.BaseDirectory, ".playwright", "node", "linux-x64", "node");
        if (folder.Length == 0 || !new[] { "html-validate", "caniemail" }.All(package =>
            Directory.Exists(Path.Combine(folder, "node_modules", package))) || !File.Exists(node))
            throw Missing(
                "html-validate and caniemail (npm install --prefix FOLDER html-validate caniemail, and DISPATCH_NPM=FOLDER), on Linux");
        return (node, folder);
    }

    /// <summary>Returns the path of Chromium. The headless shell is preferred, because it takes a quarter of the processor time.</summary>
    public static string Chromium()
    {
        Needs.Said(Needs.Chromium);
        return Program("chromium-headless-shell") ?? Program("chromium")
            ?? throw Missing("Chromium (apt-get install chromium-headless-shell, or chromium)");
    }

    /// <summary>Returns the path of axe-core's script.</summary>
    public static string AxeCore()
    {
        var folder = Environment.GetEnvironmentVariable("DISPATCH_AXE") is { Length: > 0 } given ? given
            : Path.Combine(Path.GetTempPath(), "dispatch-axe");
        var script = Path.Combine(folder, "node_modules", "axe-core", "axe.min.js");
        return File.Exists(script) ? script
            : throw Missing($"axe-core: expected {script} (npm install --prefix {folder} axe-core@4.14.1), or its folder in DISPATCH_AXE");
    }

    /// <summary>Returns the path of Python, in which the shared folder's score is written.</summary>
    public static string Python() => Program("python3") ?? throw Missing("python3 (apt-get install python3)");

    /// <summary>Returns the path of a program in PATH, or null if it is not installed.</summary>
    public static string? Program(string name) => (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries).Select(folder => Path.Combine(folder, name))
            .FirstOrDefault(File.Exists);

    /// <summary>Skips the test, or fails it in CI, and says what it needs.</summary>
    /// <param name="what">What the test needs, and how to get it.</param>
    /// <param name="failsInCi">Whether CI must have it.</param>
    /// <returns>An exception to throw, which is never reached.</returns>
    public static InvalidOperationException Missing(string what, bool failsInCi = true)
    {
        if (failsInCi && Environment.GetEnvironmentVariable("CI") == "true")
            Assert.Fail($"needs {what}");
        Assert.Ignore($"needs {what}");
        return new InvalidOperationException(what);
    }
}
