using System.Net.Http.Headers;
using System.Text;
using Dispatch.Tests.Support;
using Dispatch.Worker.Staff;
using Dispatch.Worker.Subscribers;
using Dispatch.Worker.Transfer.Import;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Tests.Transfer.Import;

/// <summary>Importing and exporting by the HTTP API.</summary>
[TestFixture(Provider.Sqlite)]
public class ImportApiTests(Provider provider) : ImportTest(provider)
{
    [Test]
    public async Task A_file_is_taken_by_jobs_and_its_progress_can_be_asked_for()
    {
        var api = await ApiCaller.With(App, StaffRoles.Ops);
        const string file = "email,name,status,confirmed_at\nana@readers.test,Ana,confirmed,2024-01-01\nnobody,,,\n";
        var answer = (await Sends(api, "list.csv", file)).Is(202);
        Assert.That((answer["state"].GetString(), answer["progress"].GetDouble()), Is.EqualTo(("running", 0d)));
        Assert.That(await StatusOf("ana@readers.test"), Is.Null, "nothing counts before the jobs run");
        await App.RunUntilIdle();
        var done = (await api.Get(answer.Location!["/api/v1".Length..])).Is(200);
        Assert.That((done["state"].GetString(), done["progress"].GetDouble()), Is.EqualTo(("done", 1d)));
        Assert.That((done["result"].GetProperty("added").GetInt32(), done["result"].GetProperty("refused").GetInt32()), Is.EqualTo((1, 1)));
        Assert.That(done["refused"][0].GetProperty("line").GetInt32(), Is.EqualTo(3));
        Assert.That(done["files"][0].GetProperty("because").GetString(), Does.Contain("email and status"));
        Assert.That(done.Text, Does.Not.Contain("ana@").And.Not.Contain("nobody"));
        Assert.That(await StatusOf("ana@readers.test"), Is.EqualTo("confirmed"));
        Assert.That(App.Jobs.Names, Has.All.Not.Contains("@").And.Some.StartsWith("ImportJob"));
        (await api.Get("/readers/imports/999")).Why(404);
    }

    [Test]
    public async Task A_file_that_cannot_be_read_and_a_wrong_field_are_named_and_leave_nothing()
    {
        var api = await ApiCaller.With(App, StaffRoles.Ops);
        Assert.That((await Sends(api, "x.csv", "email,status\nana@x.test,\"confirmed\n")).WrongFields(), Is.EqualTo(new[] { "file" }));
        Assert.That((await Sends(api, "x.csv", "email\n", ("status", "happy"))).WrongFields(), Is.EqualTo(new[] { "status" }));
        Assert.That((await Sends(api, "x.csv", "email\n", ("consentDate", "2999-01-01"))).WrongFields(),
            Is.EqualTo(new[] { "consentDate" }));
        Assert.That((await Sends(api, "x.csv", "email\n", ("map", "nonsense"))).WrongFields(), Is.EqualTo(new[] { "map" }));
        (await api.Post("/readers/import", new { file = "x" })).Why(415);
        await using var db = App.OpenDb();
        Assert.That((await db.ReaderImports.CountAsync(), await db.ReaderImportPieces.CountAsync()), Is.EqualTo((0, 0)));
    }

    [Test]
    public async Task A_dry_run_says_what_would_happen_and_fields_before_the_file_count()
    {
        var api = await ApiCaller.With(App, StaffRoles.Ops);
        var answer = (await Sends(api, "leser.csv", "Adresse;Stand\nana@readers.test;confirmed\n", ("dryRun", "true"),
            ("map", "Adresse=email"), ("map", "Stand=status"), ("consentDate", "2024-05-05"))).Is(202);
        Assert.That((answer["state"].GetString(), answer["result"].GetProperty("byStatus").GetProperty("confirmed").GetInt32()),
            Is.EqualTo(("ready", 1)));
        await App.RunUntilIdle();
        Assert.That(await StatusOf("ana@readers.test"), Is.Null);
    }

    [Test]
    public async Task A_field_behind_the_file_counts_like_one_before_it()
    {
        var api = await ApiCaller.With(App, StaffRoles.Ops);
        var answer = (await Sends(api, Form("leser.csv", "Adresse;Stand\nana@readers.test;confirmed\n", behind: [("dryRun", "true"),
            ("map", "Adresse=email"), ("map", "Stand=status"), ("consentDate", "2024-05-05")]))).Is(202);
        Assert.That((answer["state"].GetString(), answer["result"].GetProperty("byStatus").GetProperty("confirmed").GetInt32()),
            Is.EqualTo(("ready", 1)));
        await App.RunUntilIdle();
        Assert.That(await StatusOf("ana@readers.test"), Is.Null, "it was a dry run");
        Assert.That((await Sends(api, Form("x.csv", "email\n", behind: [("status", "happy")]))).WrongFields(),
            Is.EqualTo(new[] { "status" }));
    }

    [Test]
    public async Task A_field_behind_a_file_that_is_too_long_to_be_held_is_named_and_nothing_is_taken()
    {
        var api = await ApiCaller.With(App, StaffRoles.Ops);
        var form = Form("long.csv", LongFile(), behind: [("dryRun", "true")]);
        Assert.That((await Sends(api, form)).WrongFields(), Is.EqualTo(new[] { "dryRun" }));
        await App.RunUntilIdle();
        await using var db = App.OpenDb();
        Assert.That((await db.ReaderImports.CountAsync(), await db.ReaderImportPieces.CountAsync(), await db.Subscribers.CountAsync()),
            Is.EqualTo((0, 0, 0)));
    }

    [Test]
    public async Task Two_files_in_one_form_are_refused_so_none_is_passed_over()
    {
        var api = await ApiCaller.With(App, StaffRoles.Ops);
        var form = Form("a.csv", "email,status\nana@readers.test,pending\n");
        form.Add(new StringContent("email,status\nben@readers.test,pending\n"), "file", "b.csv");
        Assert.That((await Sends(api, form)).WrongFields(), Is.EqualTo(new[] { "file" }));
        await using var db = App.OpenDb();
        Assert.That(await db.ReaderImports.CountAsync(), Is.Zero);
    }

    [TestCase(false), TestCase(true)]
    public async Task A_file_sent_again_under_its_key_is_imported_once(bool isLong)
    {
        var api = await ApiCaller.With(App, StaffRoles.Ops);
        var file = isLong ? LongFile() : "email,status\nana@readers.test,pending\n";
        var first = (await Sends(api, Form("list.csv", file), "key")).Is(202);
        var again = (await Sends(api, Form("list.csv", file), "key")).Is(202);
        Assert.That((again.Location, again.Text, first.IsReplay, again.IsReplay), Is.EqualTo((first.Location, first.Text, false, true)));
        Assert.That((await Sends(api, Form("list.csv", file + "ben@readers.test,pending\n"), "key")).Why(422),
            Does.Contain("for a different request"));
        (await Sends(api, Form("list.csv", file, ("dryRun", "true")), "key")).Why(422);
        Assert.That((await Sends(api, Form("list.csv", file), "not\u00A0ascii")).Why(400), Does.Contain("Idempotency-Key"));
        await using var db = App.OpenDb();
        Assert.That(await db.ReaderImports.CountAsync(), Is.EqualTo(1), "what was read again is dropped");
        Assert.That(Directory.GetFiles(Path.GetTempPath(), "ASPNETCORE_*"), Is.Empty, "and nothing was left on the disk");
    }

    [Test]
    public async Task A_file_that_was_refused_does_not_use_up_its_key()
    {
        var api = await ApiCaller.With(App, StaffRoles.Ops);
        (await Sends(api, Form("x.csv", "email,status\nana@x.test,\"confirmed\n"), "key")).Why(422);
        (await Sends(api, Form("x.csv", "email,status\nana@readers.test,pending\n"), "key")).Is(202);
    }

    [Test]
    public async Task The_dry_run_of_a_long_file_is_a_job_and_goes_on_after_a_kill()
    {
        var api = await ApiCaller.With(App, StaffRoles.Ops);
        var answer = (await Sends(api, Form("long.csv", LongFile(), ("dryRun", "true")))).Is(202);
        Assert.That((answer["state"].GetString(), answer["progress"].GetDouble()), Is.EqualTo(("looking", 0d)));
        App.Jobs.Forget(); // the process is killed
        Clock.Advance(TimeSpan.FromMinutes(6));
        await App.In<ImportSweep, bool>(async sweep =>
        {
            await sweep.RunAsync(CancellationToken.None);
            return true;
        });
        await App.Jobs.RunAsync();
        var looked = (await api.Get(answer.Location!["/api/v1".Length..])).Is(200);
        Assert.That((looked["state"].GetString(), looked["result"].GetProperty("added").GetInt32()),
            Is.EqualTo(("ready", LongFileReaders)));
        await using var db = App.OpenDb();
        Assert.That(await db.Subscribers.CountAsync(), Is.Zero);
    }

    [Test]
    public async Task A_dry_run_that_is_discarded_while_its_job_waits_ends_quietly()
    {
        var id = await Reads("long.csv", Encoding.UTF8.GetBytes(LongFile()));
        await App.In<ReaderImports, bool>(async imports =>
        {
            await imports.LookAsync(id, CancellationToken.None);
            await imports.DropAsync(id);
            return true;
        });
        Assert.That(await App.Jobs.RunAsync(), Is.EqualTo(1));
        await using var db = App.OpenDb();
        Assert.That((await db.ReaderImports.CountAsync(), await db.ReaderImportPieces.CountAsync()), Is.EqualTo((0, 0)));
    }

    [Test]
    public async Task An_upload_is_never_written_to_the_disk_as_it_is()
    {
        var api = await ApiCaller.With(App, StaffRoles.Ops);
        var before = Directory.GetFiles(Path.GetTempPath(), "ASPNETCORE_*").Length;
        await Sends(api, "list.csv", "email,note\n" + string.Concat(Enumerable.Range(1, 3000)
            .Select(number => $"reader{number}@readers.test,{new string('x', 40)}\n")));
        Assert.That(Directory.GetFiles(Path.GetTempPath(), "ASPNETCORE_*"), Has.Length.EqualTo(before));
        await StopAsync();
        foreach (var file in Directory.GetFiles(Folder.Path, "*", SearchOption.AllDirectories))
            Assert.That(Encoding.Latin1.GetString(await File.ReadAllBytesAsync(file)), Does.Not.Contain("reader77@readers.test"), file);
    }

    [Test]
    public async Task Readers_are_exported_and_the_audit_says_by_whom()
    {
        await Given.ConfirmedSubscriber("ana@readers.test");
        var api = await ApiCaller.With(App, StaffRoles.Ops);
        var answer = (await api.Get("/readers/export")).Is(200);
        Assert.That((answer.Type, answer.IsStored), Is.EqualTo(("text/csv", false)));
        Assert.That(answer.Text, Does.Contain("ana@readers.test"));
        Assert.That((await api.Get("/readers/export?as=excel")).WrongFields(), Is.EqualTo(new[] { "as" }));
        Assert.That((await api.Get("/audit")).Text, Does.Contain("readers.exported").And.Contain("1 reader\""));
        (await (await ApiCaller.With(App, StaffRoles.Editor)).Get("/readers/export")).Why(403);
    }

    private const int LongFileReaders = 30_000;

    // More than an upload holds in memory.
    private static string LongFile() => "email,status,note\n" + string.Concat(Enumerable.Range(1, LongFileReaders)
        .Select(number => $"reader{number}@readers.test,pending,{new string('x', 120)}\n"));

    private static Task<ApiAnswer> Sends(ApiCaller api, string name, string csv, params (string Name, string Value)[] fields) =>
        Sends(api, Form(name, csv, fields));

    private static Task<ApiAnswer> Sends(ApiCaller api, MultipartFormDataContent form, string? key = null) =>
        api.Send(HttpMethod.Post, "/readers/import", form, key is null ? [] : [("Idempotency-Key", key)]);

    private static MultipartFormDataContent Form(string name, string csv, params (string Name, string Value)[] fields) =>
        Form(name, csv, [], fields);

    private static MultipartFormDataContent Form(
        string name, string csv, (string Name, string Value)[] behind, params (string Name, string Value)[] fields)
    {
        var form = new MultipartFormDataContent();
        foreach (var (field, value) in fields)
            form.Add(new StringContent(value), field);
        var file = new ByteArrayContent(Encoding.UTF8.GetBytes(csv));
        file.Headers.ContentType = new MediaTypeHeaderValue("text/csv");
        form.Add(file, "file", name);
        foreach (var (field, value) in behind)
            form.Add(new StringContent(value), field);
        return form;
    }
}
