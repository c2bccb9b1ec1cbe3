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
        if (subject.Length <= Longest && Asks(subject) && !Answer().IsMatch(subject))
            return true;
        var said = Folded.Of(string.Join('\n', mail.Text.Split('\n').TakeWhile(line => !Quote().IsMatch(line))));
        return said.Length is > 0 and <= Longest && Asks(said);
    }

    // "I do not want these letters, unsubscribe me" asks for it, "I do not want to unsubscribe" doesn't.
    private static bool Asks(string folded)
    {
        var found = Phrases.Leaving.Matches(folded);
        return found.Count > 0 && !Doubt().IsMatch(folded) && !found.Any(match => Denial().IsMatch(folded[..match.Index])
            || DeniedWithin().IsMatch(folded[match.Index..Math.Min(folded.Length, match.Index + match.Length + 6)]));
    }

    [GeneratedRegex(@"^(re|aw|sv|antw|rif|ref|回复|答复|回覆|رد) ?:")]
    private static partial Regex Answer();

    // A letter that asks a question or speaks of others isn't one from a reader who wants to leave.
    [GeneratedRegex(@"\?|？|؟|\b(how|why|can't|cannot|wie|warum|comment|pourquoi|как|почему|كيف|people|others|they|(he|she) |friends?)\b")]
    private static partial Regex Doubt();

    // At the end of what is before the words, in the same clause.
    [GeneratedRegex(@"(\b(not|\w+n't|never|nicht(?! mehr)|nie|nunca|pas|не|no (quiero|deseo|voy a)|non (voglio|intendo))\b|[别不別]|لا )"
        + @"[^.,;:!?。，！；]{0,25}$")]
    private static partial Regex Denial();

    // "Melden Sie mich nicht ab", "ne me désabonnez pas"
    [GeneratedRegex(@"\w( nicht ab| pas)\b")]
    private static partial Regex DeniedWithin();

    [GeneratedRegex(@"^\s*(>|-{2,}\s*$|_{3,}|-{3,}|On .{5,200}wrote:|Am .{5,200}schrieb|Le .{5,200}écrit|\d.{5,200}пишет|From:\s|"
        + @"Von:\s|De\s?:\s|"
        + @"发件人|От:\s)")]
    private static partial Regex Quote();
}
