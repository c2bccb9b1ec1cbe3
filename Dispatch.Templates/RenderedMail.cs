namespace Dispatch.Templates;

/// <summary>
/// A rendered message with "\n" as line ending. In the two bodies, values that differ between readers are still placeholders
/// (<see cref="Placeholders"/>).
/// </summary>
public sealed record RenderedMail(string Subject, string Html, string Text);
