using Microsoft.Extensions.Configuration;

namespace Dispatch.Worker.Settings;

/// <summary>
/// The folder (<c>DataDirectory</c>) for everything that isn't in PostgreSQL: the SQLite file, keys, pictures and the outbox.
/// </summary>
public sealed class DataFolder(IConfiguration configuration)
{
    public const string Key = "DataDirectory";

    public string Root { get; } = Path.GetFullPath(configuration[Key] is { Length: > 0 } folder ? folder : "data");

    /// <summary>Returns a path inside the data folder. An absolute path is returned unchanged.</summary>
    public string PathTo(params string[] parts) => Path.GetFullPath(Path.Combine([Root, .. parts]));

    /// <summary>
    /// Creates a folder inside the data folder, and the data folder itself if it is missing. Only this account can read a folder created
    /// here.
    /// </summary>
    public string Create(params string[] parts)
    {
        var path = PathTo(parts);
        try
        {
            if (OperatingSystem.IsWindows())
                Directory.CreateDirectory(path);
            else
                Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new StartException(
                $"{Key}: {path} can't be created or written ({fault.Message}). Use a folder that this account may write, e.g. "
                    + "/var/lib/dispatch.", fault);
        }
        return path;
    }

    /// <summary>Removes other accounts' access to Dispatch's own files in the data folder. The data folder itself keeps its mode.</summary>
    public void Close()
    {
        foreach (var path in Own())
            OwnFiles.Close(path);
    }

    /// <summary>
    /// Returns those of Dispatch's own files and folders that other accounts can access. The data folder itself is checked too.
    /// </summary>
    public IReadOnlyList<string> OpenToOthers() => [.. Own().Prepend(Root).Where(OwnFiles.IsOpenToOthers)];

    // Key files are included although their folder is closed, in case they are copied elsewhere with their mode.
    private IEnumerable<string> Own() => !Directory.Exists(Root) ? [] :
    [
        .. Directory.EnumerateFiles(Root, "dispatch.db*"), .. Directory.EnumerateFiles(Root, "*.lock"), PathTo("keys"), PathTo("media"),
            PathTo("outbox"), PathTo("uploads"),
        .. Directory.Exists(PathTo("keys")) ? Directory.EnumerateFiles(PathTo("keys")) : [],
    ];
}
