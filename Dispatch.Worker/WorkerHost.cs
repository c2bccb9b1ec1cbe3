namespace Dispatch.Worker;

public static class WorkerHost
{
    public static void Main()
    {
    }
}
