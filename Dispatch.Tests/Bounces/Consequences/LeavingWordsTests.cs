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
    [TestCase("Re: From the steppe", "I do not want these letters any more, please unsubscribe me.", true)]
    [TestCase("Re: From the steppe", "I am no longer interested. Unsubscribe.", true)]
    [TestCase("", "STOP SENDING ME THIS", true)]
    [TestCase("", "Bitte keine weiteren E-Mails.", true)]
    [TestCase("", "Nehmen Sie mich bitte aus dem Verteiler. Löschen Sie meine Adresse.", true)]
    [TestCase("", "Je ne souhaite plus recevoir vos lettres.", true)]
    [TestCase("", "Merci de supprimer mon adresse.", true)]
    [TestCase("", "Уберите меня из рассылки", true)]
    [TestCase("", "Не присылайте мне больше эти письма", true)]
    [TestCase("", "Не хочу больше получать ваши письма.", true)]
    [TestCase("", "请不要再给我发邮件", true)]
    [TestCase("", "الرجاء حذفي من القائمة", true)]
    [TestCase("", "Cancellatemi, grazie", true)]
    [TestCase("", "Відпишіть мене, будь ласка", true)]
    [TestCase("Re: From the steppe", "I do not want to unsubscribe.", false)]
    [TestCase("Re: From the steppe", "Many people unsubscribe these days. Not me!", false)]
    [TestCase("Re: From the steppe", "Ich möchte mich nicht abmelden.", false)]
    [TestCase("Re: From the steppe", "Je ne veux pas me désabonner.", false)]
    [TestCase("Re: From the steppe", "Ne me désabonnez pas.", false)]
    [TestCase("Re: From the steppe", "Melden Sie mich nicht ab.", false)]
    [TestCase("Re: From the steppe", "Я не хочу отписаться.", false)]
    [TestCase("Re: From the steppe", "我不想退订", false)]
    [TestCase("Re: From the steppe", "Thank you for this one!", false)]
    [TestCase("A question", "How do I unsubscribe my mother?", false)]
    [TestCase("Re: Unsubscribe", "Don't unsubscribe me, I only wanted to say hello.", false)]
    [TestCase("Re: From the steppe", "I liked it.\n\n> Unsubscribe: https://news.test/unsubscribe/x", false)]
    public void A_letter_leaves_if_it_asks_for_nothing_else(string subject, string text, bool leaves) =>
        Assert.That(LeavingWords.Ask(ReportReader.Read(ComeBack.Letter("news@sender.test", "ana@readers.test", subject, text))),
            Is.EqualTo(leaves));
}
