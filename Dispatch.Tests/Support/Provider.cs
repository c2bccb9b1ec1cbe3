namespace Dispatch.Tests.Support;

/// <summary>The databases that Dispatch supports. A fixture runs on both only if SQL or concurrent writes matter to it.</summary>
public enum Provider
{
    Sqlite,
    Postgres,
}
