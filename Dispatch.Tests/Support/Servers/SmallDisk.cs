namespace Dispatch.Tests.Support.Servers;

/// <summary>A small file system that a test can fill.</summary>
internal sealed class SmallDisk : IDisposable
{
    private readonly Keeper keeper;

    private SmallDisk(string path, Keeper keeper) => (Path, this.keeper) = (path, keeper);

    public string Path { get; }

    private string Ballast => System.IO.Path.Combine(Path, "ballast");

    /// <summary>Mounts the disk. Returns null if mounting is not allowed.</summary>
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

    /// <summary>Fills the disk to the last byte.</summary>
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
                // the disk is full
            }
        }
    }

    /// <summary>Frees the space that <c>Fill</c> took.</summary>
    public void Empty() => File.Delete(Ballast);

    public void Dispose() => keeper.Dispose();
}
