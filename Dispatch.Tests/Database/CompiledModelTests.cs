using System.Text.RegularExpressions;
using Dispatch.Tests.Architecture;
using Dispatch.Tests.Support;
using Dispatch.Worker.Database;
using Dispatch.Worker.Database.Start;
using Microsoft.EntityFrameworkCore.Design;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Scaffolding;
using Microsoft.EntityFrameworkCore.Sqlite.Design.Internal;
using Microsoft.Extensions.DependencyInjection;
using Npgsql.EntityFrameworkCore.PostgreSQL.Design.Internal;

namespace Dispatch.Tests.Database;

/// <summary>
/// Checks that EF's compiled models are up to date. If you change a mapping, have them written again:
/// <code>DISPATCH_WRITE_MODELS=1 dotnet test Dispatch.sln --filter FullyQualifiedName~CompiledModelTests</code>
/// </summary>
[TestFixture(Provider.Sqlite), TestFixture(Provider.Postgres)]
public partial class CompiledModelTests(Provider provider)
{
    private string Folder => Path.Combine(SourceFiles.Root, "Dispatch.Worker", "Database", "Compiled", provider.ToString());

    [Test]
    public void The_compiled_model_is_the_one_that_the_mappings_make()
    {
        using var written = new TemporaryFolder();
        using var db = Context();
        Scaffold(db, written.Path);
        if (Environment.GetEnvironmentVariable("DISPATCH_WRITE_MODELS") == "1")
        {
            if (Directory.Exists(Folder))
                Directory.Delete(Folder, recursive: true);
            Directory.CreateDirectory(Folder);
            foreach (var file in Directory.GetFiles(written.Path))
                File.WriteAllText(Path.Combine(Folder, Path.GetFileName(file)), TextOf(file));
        }
        Assert.That(Directory.GetFiles(Folder).ToDictionary(Name, File.ReadAllText),
            Is.EquivalentTo(Directory.GetFiles(written.Path).ToDictionary(Name, TextOf)),
            "a mapping has changed since: have the models written, as is said above");

        static string Name(string file) => Path.GetFileName(file);
    }

    [Test]
    public void A_context_uses_the_compiled_model()
    {
        using var db = Context();
        Assert.That(db.Model, Is.InstanceOf<RuntimeModel>());
        Assert.That(db.Model.GetType().Namespace, Is.EqualTo($"Dispatch.Worker.Database.Compiled.{provider}"));
    }

    private DispatchDb Context() => provider is Provider.Sqlite ? new SqliteDesignTime().CreateDbContext([])
        : new PostgresDesignTime().CreateDbContext([]);

    // EF takes a random model id each time, so a fixed one replaces it. White space follows .editorconfig.
    private string TextOf(string file) => ModelId().Replace(
        string.Join('\n', File.ReadAllText(file).ReplaceLineEndings("\n").Split('\n').Select(line => line.TrimEnd())).TrimEnd() + "\n",
        $"modelId: new Guid(\"00000000-0000-0000-0000-{(int)provider + 1:d12}\")");

    [GeneratedRegex("""modelId: new Guid\("[^"]*"\)""")]
    private static partial Regex ModelId();

    private void Scaffold(DispatchDb db, string folder)
    {
        ServiceCollection services = [];
        services.AddEntityFrameworkDesignTimeServices();
        services.AddDbContextDesignTimeServices(db);
#pragma warning disable EF1001 // an internal API, which dotnet-ef also uses
        (provider is Provider.Sqlite ? new SqliteDesignTimeServices() : (IDesignTimeServices)new NpgsqlDesignTimeServices())
            .ConfigureDesignTimeServices(services);
#pragma warning restore EF1001
        using var design = services.BuildServiceProvider();
        design.GetRequiredService<ICompiledModelScaffolder>().ScaffoldModel(
            db.GetService<IDesignTimeModel>().Model, folder, new CompiledModelCodeGenerationOptions
            {
                ContextType = db.GetType(),
                ModelNamespace = $"Dispatch.Worker.Database.Compiled.{provider}",
                Language = "C#",
                UseNullableReferenceTypes = true,
            });
    }
}
