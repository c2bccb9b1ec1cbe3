using System.Text.RegularExpressions;
using Dispatch.Worker.Bounces.Reports;

namespace Dispatch.Worker.Bounces.Letters;

/// <summary>
/// Recognizes letters that ask for nothing but to be unsubscribed, in the subject or in a line or two of text. A longer letter is for a
/// person to read, whatever words it contains.
/// </summary>
internal static partial class LeavingWords
{
    private const int Longest = 160;

    /// <summary>Whether a letter asks to be unsubscribed.</summary>
    public static bool Ask(IncomingMail mail)
    {
        var subject = Folded.Of(mail.Subject);
        if (subject.Length <= Longest && Phrases.Leaving.IsMatch(subject) && !Answer().IsMatch(subject) && !Doubt().IsMatch(subject))
            return true;
        var said = Folded.Of(string.Join('\n', mail.Text.Split('\n').TakeWhile(line => !Quote().IsMatch(line))));
        return said.Length is > 0 and <= Longest && Phrases.Leaving.IsMatch(said) && !Doubt().IsMatch(said);
    }

    [GeneratedRegex(@"^(re|aw|sv|antw|rif|ref|回复|答复|回覆|رد) ?:")]
    private static partial Regex Answer();

    // A letter that asks a question or forbids something isn't one from a reader who wants to leave.
    [GeneratedRegex(@"\?|？|؟|\b(do not|don't|never|how|why|can't|cannot|nicht|wie|warum|comment|pourquoi|не отпис|как|почему|别|不要取消|"
        + @"كيف)\b")]
    private static partial Regex Doubt();

    [GeneratedRegex(@"^\s*(>|-{2,}\s*$|_{3,}|-{3,}|On .{5,200}wrote:|Am .{5,200}schrieb|Le .{5,200}écrit|\d.{5,200}пишет|From:\s|"
        + @"Von:\s|De\s?:\s|"
        + @"发件人|От:\s)")]
    private static partial Regex Quote();
}
