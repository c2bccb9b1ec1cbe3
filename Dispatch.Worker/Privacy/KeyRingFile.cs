using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Dispatch.Worker.Privacy;

/// <summary>The ring's file: JSON, readable by its owner alone, written whole or not at all.</summary>
/// <remarks>
/// Reading takes no lock, because a file appears only by a rename, complete. Creating and changing it takes a lock file beside it: two
/// processes starting at once on an empty folder would otherwise each make a ring, and the readers that the first one sealed in the
/// meantime would be lost with it.
/// </remarks>
internal sealed class KeyRingFile(string path, TimeProvider clock)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };
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
                return Read(); // another process was first
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

    /// <summary>The set as the file now has it, or null when the file is unchanged.</summary>
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
            // The inner exception is left out: a JSON error quotes the text around it, and this text is a key.
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
                stream.Write(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(Content.Of(set), Json) + "\n"));
                stream.Flush(flushToDisk: true); // the first reader may be sealed before the system writes it out
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
        var wait = Stopwatch.StartNew(); // real time, whatever the clock says: the lock is held by a real process
        while (true)
        {
            try
            {
                return new FileStream(Path + ".lock", OwnerOnly(FileMode.OpenOrCreate));
            }
            catch (IOException) when (File.Exists(Path + ".lock") && wait.Elapsed < LongestWait)
            {
                Thread.Sleep(20); // held by a process that writes one small file
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
            return; // a folder somebody else created keeps its mode
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

    private sealed record Content(string? Note, int Version, int Current, List<Entry>? Keys, string? Hash, string? Check)
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
            var content = JsonSerializer.Deserialize<Content>(json, Json) ?? throw new FormatException("it is empty");
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

        // A typo in a key would otherwise show only when the first value fails to open.
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

    private sealed record Entry(int Id, DateTimeOffset CreatedAt, string? Secret);
}
