namespace Dispatch.Tests.Support;

/// <summary>
/// The databases that Dispatch runs on. A fixture runs on both where SQL differs between them or state is at stake: what is written
/// must be there, once, whoever writes beside it. What can't depend on the database (pages, texts, settings, rendering) runs on SQLite.
/// </summary>
public enum Provider
{
    Sqlite,
    Postgres,
}
