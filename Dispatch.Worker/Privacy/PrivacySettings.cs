using Dispatch.Worker.Settings;

namespace Dispatch.Worker.Privacy;

/// <summary>Where to find the keys that readers' addresses and names are sealed with.</summary>
public sealed class PrivacySettings : ISettings
{
    /// <summary>The setting's name, for messages.</summary>
    public const string KeyFileKey = "Privacy:KeyFile";

    public static string Section => "Privacy";

    /// <summary>The key file; empty for keys/readers.json. A relative path is resolved against the data directory.</summary>
    public string KeyFile { get; set; } = "";

    /// <summary>The key file's full path.</summary>
    public string PathUnder(string dataDirectory) =>
        Path.GetFullPath(Path.Combine(dataDirectory, KeyFile.Length == 0 ? Path.Combine("keys", "readers.json") : KeyFile));

    public IEnumerable<string> Faults()
    {
        if (KeyFile.Length > 0 && (string.IsNullOrWhiteSpace(KeyFile) || Path.EndsInDirectorySeparator(KeyFile)
            || KeyFile.Contains('\0') || Directory.Exists(KeyFile)))
            yield return $"{KeyFileKey} names no file: expected e.g. /run/secrets/readers.json";
    }
}
