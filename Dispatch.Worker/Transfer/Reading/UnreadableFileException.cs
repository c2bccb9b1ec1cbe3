namespace Dispatch.Worker.Transfer.Reading;

/// <summary>
/// A file can't be read to its end, or nobody can say what is in it. Nothing of it is taken. The message is for the person who brought the
/// file: it names the line and what to do, and quotes nothing from the file but its column names.
/// </summary>
public sealed class UnreadableFileException(string why) : Exception(why);
