namespace Dispatch.Tests.Support;

/// <summary>
/// The databases that Dispatch supports. A fixture runs on both if their SQL differs or if concurrent writes matter. A fixture on something
/// independent of the database (pages, texts, settings, rendering) runs on SQLite.
/// </summary>
public enum Provider
{
    Sqlite,
    Postgres,
}
