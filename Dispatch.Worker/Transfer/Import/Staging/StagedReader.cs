using System.Text;

namespace Dispatch.Worker.Transfer.Import.Staging;

/// <summary>What a row says about a reader, read and judged, on its way into the database.</summary>
internal sealed class StagedReader
{
    public required byte[] Hash { get; init; }

    /// <summary>The row's position in the import. If two rows have different names or fields, the earlier row wins.</summary>
    public required int Order { get; init; }
    public required string Address { get; init; }
    public string? Name { get; set; }
    public string? Language { get; set; }
    public Dictionary<string, string>? Fields { get; set; }
    public required List<StagedStatement> Statements { get; init; }

    /// <summary>The reader's row, if it has been sealed.</summary>
    public Subscribers.Subscriber? Row { get; set; }

    /// <summary>Adds what a later row says about the same reader.</summary>
    public void Add(StagedReader later)
    {
        Name ??= later.Name;
        Language ??= later.Language;
        if (later.Fields is not null)
        {
            Fields ??= [];
            foreach (var (name, value) in later.Fields)
                Fields.TryAdd(name, value);
        }
        foreach (var statement in later.Statements)
            if (Statements.FindIndex(known => known.NewsletterId == statement.NewsletterId) is >= 0 and var at)
                Statements[at] = StagedStatement.MoreCareful(Statements[at], statement);
            else
                Statements.Add(statement);
    }

    public void Write(BinaryWriter to)
    {
        to.Write(Hash);
        to.Write7BitEncodedInt(Order);
        to.Write(Address);
        to.Write(Name ?? "");
        to.Write(Language ?? "");
        to.Write7BitEncodedInt(Fields?.Count ?? 0);
        foreach (var (name, value) in Fields ?? [])
        {
            to.Write(name);
            to.Write(value);
        }
        to.Write7BitEncodedInt(Statements.Count);
        foreach (var statement in Statements)
            statement.Write(to);
    }

    public static StagedReader Read(BinaryReader from)
    {
        var hash = from.ReadBytes(32);
        var (order, address, name, language) = (from.Read7BitEncodedInt(), from.ReadString(), from.ReadString(), from.ReadString());
        Dictionary<string, string>? fields = null;
        for (var left = from.Read7BitEncodedInt(); left > 0; left--)
            (fields ??= []).Add(from.ReadString(), from.ReadString());
        var statements = new List<StagedStatement>();
        for (var left = from.Read7BitEncodedInt(); left > 0; left--)
            statements.Add(StagedStatement.Read(from));
        return new()
        {
            Hash = hash,
            Order = order,
            Address = address,
            Name = name.Length > 0 ? name : null,
            Language = language.Length > 0 ? language : null,
            Fields = fields,
            Statements = statements,
        };
    }

    /// <summary>Adds the readers of a piece, as <see cref="Write"/> wrote them.</summary>
    public static void ReadAll(byte[] piece, List<StagedReader> to)
    {
        using var from = new BinaryReader(new MemoryStream(piece, writable: false), Encoding.UTF8);
        while (from.BaseStream.Position < piece.Length)
            to.Add(Read(from));
    }
}

/// <summary>What a row says about a reader and a newsletter.</summary>
internal sealed record StagedStatement(
    int NewsletterId, ReaderStatus Status, DateTimeOffset? ConfirmedAt, DateTimeOffset? CreatedAt, DateTimeOffset? UnsubscribedAt,
    DateTimeOffset? PausedUntil, string Source, string? Consent, bool WithoutProof)
{
    /// <summary>
    /// Joins two statements: the more careful status counts. If both are equal, the consent whose wording is known is kept, then the
    /// earlier one. Apart from the source, the result is the same in either order.
    /// </summary>
    public static StagedStatement MoreCareful(StagedStatement one, StagedStatement other)
    {
        var most = other.Status > one.Status ? other : one;
        var consent = one.Status != other.Status ? most : Proof(one).CompareTo(Proof(other)) <= 0 ? one : other;
        return most with
        {
            ConfirmedAt = consent.ConfirmedAt,
            Consent = consent.Consent,
            WithoutProof = one.WithoutProof && other.WithoutProof,
            CreatedAt = Earlier(one.CreatedAt, other.CreatedAt),
            UnsubscribedAt = Earlier(one.UnsubscribedAt, other.UnsubscribedAt),
            PausedUntil = one.PausedUntil > other.PausedUntil || other.PausedUntil is null ? one.PausedUntil : other.PausedUntil,
        };
    }

    internal static DateTimeOffset? Earlier(DateTimeOffset? one, DateTimeOffset? other) =>
        one is null || other < one ? other : one;

    private static (bool, bool, long, string) Proof(StagedStatement statement) => (statement.ConfirmedAt is null,
        statement.Consent is null, statement.ConfirmedAt?.UtcTicks ?? 0, statement.Consent ?? "");

    public void Write(BinaryWriter to)
    {
        to.Write7BitEncodedInt(NewsletterId);
        to.Write((byte)Status);
        Write(to, ConfirmedAt);
        Write(to, CreatedAt);
        Write(to, UnsubscribedAt);
        Write(to, PausedUntil);
        to.Write(Source);
        to.Write(Consent ?? "");
        to.Write(WithoutProof);
    }

    public static StagedStatement Read(BinaryReader from)
    {
        var (newsletter, status) = (from.Read7BitEncodedInt(), (ReaderStatus)from.ReadByte());
        var (confirmed, created, unsubscribed, paused) = (Moment(from), Moment(from), Moment(from), Moment(from));
        var (source, consent, withoutProof) = (from.ReadString(), from.ReadString(), from.ReadBoolean());
        return new(newsletter, status, confirmed, created, unsubscribed, paused, source, consent.Length > 0 ? consent : null, withoutProof);
    }

    private static void Write(BinaryWriter to, DateTimeOffset? at) => to.Write(at?.ToUnixTimeSeconds() ?? long.MinValue);

    private static DateTimeOffset? Moment(BinaryReader from) =>
        from.ReadInt64() is not long.MinValue and var seconds ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null;
}
