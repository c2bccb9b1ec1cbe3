using Microsoft.Extensions.Configuration;

namespace Dispatch.Worker.Settings;

/// <summary>
/// The folder that holds what is not in PostgreSQL: the SQLite file, keys, pictures and the outbox (<c>DataDirectory</c>).
/// </summary>
public sealed class DataFolder(IConfiguration configuration)
{
    public const string Key = "DataDirectory";

    public string Root { get; } = Path.GetFullPath(configuration[Key] is { Length: > 0 } folder ? folder : "data");

    /// <summary>A path inside it; an absolute path stays as it is.</summary>
    public string PathTo(params string[] parts) => Path.GetFullPath(Path.Combine([Root, .. parts]));

    /// <summary>Creates the folder and one inside it, readable by this account only.</summary>
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
                $"{Key}: {path} can't be made or written ({fault.Message}). Expected a folder this account may write, e.g. "
                    + "/var/lib/dispatch.", fault);
        }
        return path;
    }

    /// <summary>Closes Dispatch's own files in the folder to other accounts. The folder itself keeps its mode.</summary>
    public void Close()
    {
        foreach (var path in Own())
            OwnFiles.Close(path);
    }

    /// <summary>The folder and those of Dispatch's files in it that other accounts may read.</summary>
    public IReadOnlyList<string> OpenToOthers() => [.. Own().Prepend(Root).Where(OwnFiles.IsOpenToOthers)];

    // In a closed folder a file's mode does not matter; but keys are closed individually, in case they are copied elsewhere.
    private IEnumerable<string> Own() => !Directory.Exists(Root) ? [] :
    [
        .. Directory.EnumerateFiles(Root, "dispatch.db*"), .. Directory.EnumerateFiles(Root, "*.lock"), PathTo("keys"), PathTo("media"),
            PathTo("outbox"),
        .. Directory.Exists(PathTo("keys")) ? Directory.EnumerateFiles(PathTo("keys")) : [],
    ];
}
