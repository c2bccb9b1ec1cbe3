namespace Dispatch.Tests.Support;

/// <summary>The databases that Dispatch runs on: what touches tables is tested on both.</summary>
public enum Provider
{
    Sqlite,
    Postgres,
}
