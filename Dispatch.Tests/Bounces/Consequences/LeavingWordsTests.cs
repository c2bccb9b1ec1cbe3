using Dispatch.Worker.Bounces.Letters;
using Dispatch.Worker.Bounces.Reports;

namespace Dispatch.Tests.Bounces.Consequences;

/// <summary>Which letters ask to be unsubscribed, and for nothing else.</summary>
public class LeavingWordsTests
{
    [TestCase("Unsubscribe", "", true)]
    [TestCase("", "Please unsubscribe me. Thanks, Ana", true)]
    [TestCase("Abmelden", "", true)]
    [TestCase("Re: From the steppe", "Bitte melden Sie mich vom Newsletter ab.", true)]
    [TestCase("Désabonnement", "", true)]
    [TestCase("Отписаться", "", true)]
    [TestCase("Re: From the steppe", "Отпишите меня, пожалуйста", true)]
    [TestCase("إلغاء الاشتراك", "", true)]
    [TestCase("退订", "", true)]
    [TestCase("Re: From the steppe", "Thank you for this one!", false)]
    [TestCase("A question", "How do I unsubscribe my mother?", false)]
    [TestCase("Re: Unsubscribe", "Don't unsubscribe me, I only wanted to say hello.", false)]
    [TestCase("Re: From the steppe", "I liked it.\n\n> Unsubscribe: https://news.test/unsubscribe/x", false)]
    public void A_letter_leaves_if_it_asks_for_nothing_else(string subject, string text, bool leaves) =>
        Assert.That(LeavingWords.Ask(ReportReader.Read(ComeBack.Letter("news@sender.test", "ana@readers.test", subject, text))),
            Is.EqualTo(leaves));
}
