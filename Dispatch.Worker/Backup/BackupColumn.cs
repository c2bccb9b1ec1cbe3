using System.Data.Common;
using System.Globalization;
using System.Text.Json;
using Microsoft.EntityFrameworkCore.Metadata;

namespace Dispatch.Worker.Backup;

/// <summary>What a column holds, whatever its database.</summary>
internal enum ColumnKind
{
    Text,
    Integer,
    Boolean,
    Bytes,

    /// <summary>An instant in UTC.</summary>
    Instant,
    Date,

    /// <summary>A list of integers: an array on PostgreSQL, JSON on SQLite.</summary>
    Integers,
}

/// <summary>A column of a table in a backup, and how its values are written as JSON.</summary>
internal sealed record BackupColumn(string Name, ColumnKind Kind)
{
    private const string InstantFormat = "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'";
    private const string DateFormat = "yyyy-MM-dd";

    public static BackupColumn Of(IColumn column)
    {
        var property = column.PropertyMappings[0].Property;
        var type = Nullable.GetUnderlyingType(column.ProviderClrType) ?? column.ProviderClrType;
        return new(column.Name, property.GetElementType() is not null ? ColumnKind.Integers : KindOf(type)
            ?? throw new NotSupportedException($"{column.Table.Name}.{column.Name}: a backup has no kind for {type}."));
    }

    private static ColumnKind? KindOf(Type type) =>
        type == typeof(string) ? ColumnKind.Text
        : type == typeof(int) || type == typeof(long) ? ColumnKind.Integer
        : type == typeof(bool) ? ColumnKind.Boolean
        : type == typeof(byte[]) ? ColumnKind.Bytes
        : type == typeof(DateTime) || type == typeof(DateTimeOffset) ? ColumnKind.Instant
        : type == typeof(DateOnly) ? ColumnKind.Date
        : null;

    /// <summary>Writes the value of the reader's current row.</summary>
    public void Write(Utf8JsonWriter json, DbDataReader row, int at)
    {
        if (row.IsDBNull(at))
        {
            json.WriteNullValue();
            return;
        }
        switch (Kind)
        {
            case ColumnKind.Text:
                json.WriteStringValue(row.GetString(at));
                break;
            case ColumnKind.Integer:
                json.WriteNumberValue(row.GetInt64(at));
                break;
            case ColumnKind.Boolean:
                json.WriteBooleanValue(row.GetBoolean(at));
                break;
            case ColumnKind.Bytes:
                json.WriteBase64StringValue(row.GetFieldValue<byte[]>(at));
                break;
            case ColumnKind.Instant:
                json.WriteStringValue(row.GetDateTime(at).ToString(InstantFormat, CultureInfo.InvariantCulture));
                break;
            case ColumnKind.Date:
                json.WriteStringValue(row.GetFieldValue<DateOnly>(at).ToString(DateFormat, CultureInfo.InvariantCulture));
                break;
            default:
                WriteIntegers(json, row, at);
                break;
        }
    }

    /// <summary>Reads a value. Instants are in UTC. Integers are <see cref="long"/>, lists of them arrays of <see cref="int"/>.</summary>
    /// <exception cref="InvalidDataException">The JSON is no value of this column.</exception>
    public object? Read(ref Utf8JsonReader json)
    {
        if (!json.Read())
            throw Damaged();
        if (json.TokenType is JsonTokenType.Null)
            return null;
        try
        {
            return Kind switch
            {
                ColumnKind.Text => json.GetString(),
                ColumnKind.Integer => json.GetInt64(),
                ColumnKind.Boolean => json.GetBoolean(),
                ColumnKind.Bytes => json.GetBytesFromBase64(),
                ColumnKind.Instant => DateTime.ParseExact(json.GetString()!, InstantFormat, CultureInfo.InvariantCulture,
                    DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal),
                ColumnKind.Date => DateOnly.ParseExact(json.GetString()!, DateFormat, CultureInfo.InvariantCulture),
                _ => ReadIntegers(ref json),
            };
        }
        catch (Exception fault) when (fault is InvalidOperationException or FormatException)
        {
            throw Damaged();
        }
    }

    private static void WriteIntegers(Utf8JsonWriter json, DbDataReader row, int at)
    {
        if (row.GetFieldType(at) == typeof(string))
        {
            json.WriteRawValue(row.GetString(at));
            return;
        }
        json.WriteStartArray();
        foreach (var number in row.GetFieldValue<int[]>(at))
            json.WriteNumberValue(number);
        json.WriteEndArray();
    }

    private static int[] ReadIntegers(ref Utf8JsonReader json)
    {
        if (json.TokenType is not JsonTokenType.StartArray)
            throw new FormatException();
        var numbers = new List<int>();
        while (json.Read() && json.TokenType is not JsonTokenType.EndArray)
            numbers.Add(json.GetInt32());
        return [.. numbers];
    }

    private InvalidDataException Damaged() => new($"a value of {Name} is not {Kind.ToString().ToLowerInvariant()}");
}
