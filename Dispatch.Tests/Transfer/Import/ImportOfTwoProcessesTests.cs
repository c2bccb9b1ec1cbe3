using System.Text;
using Dispatch.Tests.Support;
using Dispatch.Worker.Audit;
using Dispatch.Worker.Transfer.Import;
using Dispatch.Worker.Transfer.Reading;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Tests.Transfer.Import;

/// <summary>Only PostgreSQL has several processes.</summary>
[TestFixture(Category = Needs.Postgres)]
public class ImportOfTwoProcessesTests() : ImportTest(Provider.Postgres)
{
    private const string Header = "email,name,status,confirmed_at\n";

    [Test]
    public async Task A_file_that_another_process_is_reading_is_not_taken_from_it()
    {
        var content = Encoding.UTF8.GetBytes(Header + "ana@readers.test,,confirmed,2024-01-01\n");
        byte[] fingerprint = [.. Enumerable.Repeat((byte)7, 32)];
        var first = new HeldFile(content);
        var reading = Task.Run(() => ReadsAsync(first));
        await first.Began.WithinAMinute();
        var fault = (await Assert.ThrowsAsync<UnreadableFileException>(() => ReadsAsync(new MemoryStream(content))))!;
        Assert.That(fault.Message, Does.Contain("Another process"));
        first.GoOn();
        var id = await reading.WithinAMinute();
        Assert.That(await ReadsAsync(new MemoryStream(content)), Is.Not.EqualTo(id), "what a killed process has read is read again");
        await using var db = App.OpenDb();
        Assert.That(await db.ReaderImports.CountAsync(), Is.EqualTo(1));

        Task<int> ReadsAsync(Stream file) => App.In<ReaderImports, int>(imports => imports.ReadAsync(
            new("readers.csv", file, content.Length), new(), Actor.CommandLine, fingerprint, CancellationToken.None));
    }

    // A file that comes only when it may.
    private sealed class HeldFile(byte[] content) : MemoryStream(content)
    {
        private readonly TaskCompletionSource began = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly ManualResetEventSlim goOn = new();

        public Task Began => began.Task;

        public void GoOn() => goOn.Set();

        public override int Read(byte[] buffer, int offset, int count)
        {
            Wait();
            return base.Read(buffer, offset, count);
        }

        public override int Read(Span<byte> buffer)
        {
            Wait();
            return base.Read(buffer);
        }

        private void Wait()
        {
            began.TrySetResult();
            Assert.That(goOn.Wait(TimeSpan.FromMinutes(1)), "it may go on");
        }
    }
}
