using System.Net.Http.Headers;
using System.Text;
using Dispatch.Tests.Support;
using Dispatch.Worker.Staff;
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
        Assert.That((await api.Get("/audit")).Text, Does.Contain("readers.exported").And.Contain("1 readers"));
        (await (await ApiCaller.With(App, StaffRoles.Editor)).Get("/readers/export")).Why(403);
    }

    private static Task<ApiAnswer> Sends(ApiCaller api, string name, string csv, params (string Name, string Value)[] fields)
    {
        var form = new MultipartFormDataContent();
        foreach (var (field, value) in fields)
            form.Add(new StringContent(value), field);
        var file = new ByteArrayContent(Encoding.UTF8.GetBytes(csv));
        file.Headers.ContentType = new MediaTypeHeaderValue("text/csv");
        form.Add(file, "file", name);
        return api.Send(HttpMethod.Post, "/readers/import", form);
    }
}
