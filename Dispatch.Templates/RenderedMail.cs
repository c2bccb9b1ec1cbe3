namespace Dispatch.Templates;

/// <summary>
/// A rendered message. Its lines end in "\n". In the two bodies, each value that differs from reader to reader is still a placeholder (see
/// <see cref="Placeholders"/>). The subject has none.
/// </summary>
public sealed record RenderedMail(string Subject, string Html, string Text);
