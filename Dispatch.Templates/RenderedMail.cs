namespace Dispatch.Templates;

/// <summary>
/// A mail as text: lines end in "\n", and whatever differs from reader to reader is still a placeholder (see <see cref="Placeholders"/>),
/// except in the subject.
/// </summary>
public sealed record RenderedMail(string Subject, string Html, string Text);
