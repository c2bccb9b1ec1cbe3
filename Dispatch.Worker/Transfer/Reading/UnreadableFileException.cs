namespace Dispatch.Worker.Transfer.Reading;

/// <summary>
/// A file can't be read to its end, or its kind isn't recognized. Nothing of it is imported. The message is for the person who imports the
/// file: it names the line and says what to do, and quotes nothing from the file but column names.
/// </summary>
public sealed class UnreadableFileException(string why) : Exception(why);
