namespace Dispatch.Tests.Support.Servers;

/// <summary>A small file system of its own, to be filled up.</summary>
internal sealed class SmallDisk : IDisposable
{
    private readonly Keeper keeper;

    private SmallDisk(string path, Keeper keeper) => (Path, this.keeper) = (path, keeper);

    public string Path { get; }

    private string Ballast => System.IO.Path.Combine(Path, "ballast");

    /// <summary>Null where that isn't allowed.</summary>
    public static SmallDisk? Mount(int mebibytes)
    {
        if (!OperatingSystem.IsLinux() || Environment.UserName != "root")
            return null;
        var path = Directory.CreateTempSubdirectory("dispatch-disk-").FullName;
        try
        {
            return new SmallDisk(path, Task.Run(() => Keeper.StartAsync("""
                mount -t tmpfs -o "size=${MEBIBYTES}m" tmpfs "$FOLDER" || { rmdir "$FOLDER"; exit 1; }
                echo ready
                cat >/dev/null
                umount -l "$FOLDER"; rmdir "$FOLDER"
                """, ("FOLDER", path), ("MEBIBYTES", $"{mebibytes}"))).GetAwaiter().GetResult());
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>To the last byte.</summary>
    public void Fill()
    {
        using var file = new FileStream(Ballast, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        foreach (var piece in new[] { 64 * 1024, 4096 })
        {
            try
            {
                while (true)
                    file.Write(new byte[piece]);
            }
            catch (IOException)
            {
                // full
            }
        }
    }

    /// <summary>As it was before it was filled.</summary>
    public void Empty() => File.Delete(Ballast);

    public void Dispose() => keeper.Dispose();
}
