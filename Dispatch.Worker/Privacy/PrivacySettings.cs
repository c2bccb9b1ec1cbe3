using Dispatch.Worker.Settings;

namespace Dispatch.Worker.Privacy;

/// <summary>The location of the keys that seal readers' addresses and names.</summary>
public sealed class PrivacySettings : ISettings
{
    /// <summary>The name of the setting, for messages.</summary>
    public const string KeyFileKey = "Privacy:KeyFile";

    public static string Section => "Privacy";

    /// <summary>The key file. If empty, keys/readers.json. A relative path is resolved against the data directory.</summary>
    public string KeyFile { get; set; } = "";

    /// <summary>Returns the full path of the key file.</summary>
    public string PathUnder(string dataDirectory) =>
        Path.GetFullPath(Path.Combine(dataDirectory, KeyFile.Length == 0 ? Path.Combine("keys", "readers.json") : KeyFile));

    public IEnumerable<string> Faults()
    {
        if (KeyFile.Length > 0 && (string.IsNullOrWhiteSpace(KeyFile) || Path.EndsInDirectorySeparator(KeyFile)
            || KeyFile.Contains('\0') || Directory.Exists(KeyFile)))
            yield return $"{KeyFileKey} names no file: use one such as /run/secrets/readers.json";
    }
}
