using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Dispatch.Worker.Privacy;

/// <summary>The key ring's file: JSON, readable by its owner only, and always replaced as a whole.</summary>
/// <remarks>
/// Reading needs no lock, because a rename puts the complete file in place. Creating or changing the file takes a lock file beside it.
/// Without the lock, two processes starting in an empty folder would each create a ring, and the readers sealed with one of them would be
/// lost.
/// </remarks>
internal sealed partial class KeyRingFile(string path, TimeProvider clock)
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(20);

    private DateTime readVersion;

    public string Path { get; } = System.IO.Path.GetFullPath(path);

    public bool IsReadableByOthers => !OperatingSystem.IsWindows()
        && (File.GetUnixFileMode(Path) & ~(UnixFileMode.UserRead | UnixFileMode.UserWrite)) != 0;

    public KeySet ReadOrCreate()
    {
        if (File.Exists(Path))
            return Read();
        return UnderLock(() =>
        {
            if (File.Exists(Path))
                return Read(); // another process created the file first
            var fresh = KeySet.Fresh(clock.GetUtcNow());
            Write(fresh);
            return Read();
        });
    }

    public KeySet AddKey() => UnderLock(() =>
    {
        Write(Read().WithNewKey(clock.GetUtcNow()));
        return Read();
    });

    /// <summary>Returns the keys in the file, or null if the file has not changed since it was last read.</summary>
    public KeySet? ReadIfChanged() => File.GetLastWriteTimeUtc(Path) == readVersion || !File.Exists(Path) ? null : Read();

    private KeySet Read()
    {
        try
        {
            var version = File.GetLastWriteTimeUtc(Path);
            var set = Content.Parse(File.ReadAllText(Path));
            readVersion = version;
            return set;
        }
        catch (Exception fault) when (fault is JsonException or FormatException)
        {
            // No inner exception, because a JSON error quotes the text around it, and this text is a key.
            throw new KeyRingException(
                $"{PrivacySettings.KeyFileKey}: the key file {Path} is damaged "
                    + $"({(fault is FormatException ? fault.Message : "it is not the JSON it should be")}). Put it back from its backup; "
                    + "without it nobody can read the readers' addresses.");
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new KeyRingException($"{PrivacySettings.KeyFileKey}: the key file {Path} cannot be read. {fault.Message}", fault);
        }
    }

    private void Write(KeySet set)
    {
        var temporary = $"{Path}.{Environment.ProcessId}.new";
        try
        {
            using (var stream = new FileStream(temporary, OwnerOnly(FileMode.Create)))
            {
                stream.Write(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(Content.Of(set), Json.Default.Content) + "\n"));
                stream.Flush(flushToDisk: true); // otherwise a power cut could lose a key that already seals a reader
            }
            File.Move(temporary, Path, overwrite: true);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new KeyRingException($"{PrivacySettings.KeyFileKey}: the key file {Path} cannot be written. {fault.Message}", fault);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    private T UnderLock<T>(Func<T> change)
    {
        using var held = TakeLock();
        return change();
    }

    private FileStream TakeLock()
    {
        MakeFolder();
        var wait = Stopwatch.StartNew(); // real time, because another process holds the lock
        while (true)
        {
            try
            {
                return new FileStream(Path + ".lock", OwnerOnly(FileMode.OpenOrCreate));
            }
            catch (IOException) when (File.Exists(Path + ".lock") && wait.Elapsed < LongestWait)
            {
                Thread.Sleep(20); // another process holds the lock while it writes one small file
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
            {
                throw new KeyRingException($"{PrivacySettings.KeyFileKey}: the key file {Path} cannot be made. {fault.Message}", fault);
            }
        }
    }

    private void MakeFolder()
    {
        var folder = System.IO.Path.GetDirectoryName(Path)!;
        if (Directory.Exists(folder))
            return; // an existing folder keeps its mode
        try
        {
            if (OperatingSystem.IsWindows())
                Directory.CreateDirectory(folder);
            else
            {
                if (System.IO.Path.GetDirectoryName(folder) is { } parent)
                    Directory.CreateDirectory(parent);
                Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            }
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new KeyRingException($"{PrivacySettings.KeyFileKey}: the folder {folder} cannot be made. {fault.Message}", fault);
        }
    }

    private static FileStreamOptions OwnerOnly(FileMode mode)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.ReadWrite, Share = FileShare.None };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return options;
    }

    internal sealed record Content(string? Note, int Version, int Current, List<Entry>? Keys, string? Hash, string? Check)
    {
        private const int ThisVersion = 1;

        public static Content Of(KeySet set)
        {
            var keys = set.Keys.Select(key => new Entry(key.Id, key.CreatedAt, Convert.ToBase64String(key.Secret))).ToList();
            return new(
                "Keys that readers' addresses and names are sealed with. Keep a copy apart from the database and its backups: without "
                    + "this file nobody can read them.",
                ThisVersion, set.Current.Id, keys, Convert.ToBase64String(set.HashSecret), CheckOf(set));
        }

        public static KeySet Parse(string json)
        {
            var content = JsonSerializer.Deserialize(json, Json.Default.Content) ?? throw new FormatException("it is empty");
            if (content.Version != ThisVersion)
                throw new FormatException($"expected version {ThisVersion}, got {content.Version}");
            if (content.Keys is not { Count: > 0 and <= byte.MaxValue } entries)
                throw new FormatException("it holds no keys");
            if (entries.Any(entry => entry.Id is < 1 or > byte.MaxValue))
                throw new FormatException("a key's number is not between 1 and 255");
            if (entries.DistinctBy(entry => entry.Id).Count() != entries.Count)
                throw new FormatException("two keys have the same number");
            if (entries.All(entry => entry.Id != content.Current))
                throw new FormatException($"its current key, {content.Current}, is not among its keys");

            var keys = entries.Select(entry => new RingKey((byte)entry.Id, Secret(entry.Secret, $"key {entry.Id}"), entry.CreatedAt))
                .ToList();
            var set = new KeySet(keys, (byte)content.Current, Secret(content.Hash, "the hash key"));
            return content.Check == CheckOf(set) ? set : throw new FormatException("its check value does not fit its keys");
        }

        private static byte[] Secret(string? text, string what)
        {
            var secret = new byte[RingKey.SecretBytes];
            return Convert.TryFromBase64String(text ?? "", secret, out var length) && length == secret.Length
                ? secret
                : throw new FormatException($"{what} is not {RingKey.SecretBytes} bytes of base64");
        }

        // Without a check value over all keys, a typo in a key would only show when a value fails to open.
        private static string CheckOf(KeySet set)
        {
            using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, set.HashSecret);
            foreach (var key in set.Keys)
            {
                hmac.AppendData([key.Id]);
                hmac.AppendData(key.Secret);
            }
            return Convert.ToHexStringLower(hmac.GetHashAndReset().AsSpan(0, 8));
        }
    }

    internal sealed record Entry(int Id, DateTimeOffset CreatedAt, string? Secret);

    // The JSON code is generated at build time, because the file is read at every start, which reflection would slow down.
    [JsonSourceGenerationOptions(JsonSerializerDefaults.Web, WriteIndented = true), JsonSerializable(typeof(Content))]
    private sealed partial class Json : JsonSerializerContext;
}
