using Dispatch.Worker.Bounces.Reports;
using Dispatch.Worker.Bounces.Verdicts;

namespace Dispatch.Tests.Bounces.Reports;

/// <summary>
/// Reports in other languages, without any code. Most are in the words in which Exchange tells of an address that wasn't found, or of a
/// full mailbox, in the language of the server.
/// </summary>
public class ForeignReportsTests
{
    private static readonly Judge Judge = new(TextRules.BuiltIn);

    // Nobody there
    [TestCase("hard", "Unzustellbar: Der Brief", "Fehler bei der Nachrichtenzustellung an folgende Empfänger oder Gruppen:",
        "Die eingegebene E-Mail-Adresse konnte nicht gefunden werden. Überprüfen Sie die E-Mail-Adresse des Empfängers.")]
    [TestCase("hard", "Non remis : La lettre", "Échec de la remise pour ces destinataires ou groupes :",
        "L'adresse e-mail que vous avez entrée est introuvable.")]
    [TestCase("hard", "No se puede entregar: La carta", "No se pudo entregar el mensaje a los siguientes destinatarios o grupos:",
        "No se encontró la dirección de correo electrónico que especificó.")]
    [TestCase("hard", "Недоставленное сообщение", "К сожалению, Ваше письмо не может быть доставлено одному или нескольким получателям:",
        "такого пользователя нет")]
    [TestCase("hard", "Не вдалося доставити: Лист", "Не вдалося доставити повідомлення таким одержувачам або групам:",
        "Не вдалося знайти вказану адресу електронної пошти.")]
    [TestCase("hard", "Niedostarczona: List", "Nie można dostarczyć do następujących adresatów lub grup:",
        "Nie można odnaleźć wprowadzonego adresu e-mail.")]
    [TestCase("hard", "无法传递: 信", "邮件无法传递给以下收件人或组：", "找不到您输入的电子邮件地址。")]
    [TestCase("hard", "配信不能: 手紙", "次の受信者またはグループへの配信に失敗しました:",
        "入力した電子メール アドレスが見つかりませんでした。")]
    [TestCase("hard", "배달되지 않음: 편지", "다음 받는 사람 또는 그룹에게 메시지를 배달하지 못했습니다.",
        "입력한 전자 메일 주소를 찾을 수 없습니다.")]
    [TestCase("hard", "Teslim edilemedi: Mektup", "Şu alıcılara veya gruplara teslim edilemedi:", "Girdiğiniz e-posta adresi bulunamadı.")]
    [TestCase("hard", "تعذر التسليم: الرسالة", "فشل التسليم إلى هؤلاء المستلمين أو المجموعات:",
        "تعذر العثور على عنوان البريد الإلكتروني الذي أدخلته.")]
    [TestCase("hard", "تحویل نشد", "ارسال پیام شما به گیرندگان زیر ناموفق بود:", "این کاربر وجود ندارد.")]
    [TestCase("hard", "Δεν παραδόθηκε: Γράμμα", "Η παράδοση στους παρακάτω παραλήπτες ή ομάδες απέτυχε:",
        "Η διεύθυνση ηλεκτρονικού ταχυδρομείου που πληκτρολογήσατε δεν βρέθηκε.")]
    [TestCase("hard", "לא ניתן למסור: מכתב", "המסירה לנמענים או לקבוצות הבאים נכשלה:", "כתובת הדואר האלקטרוני שהזנת לא נמצאה.")]
    [TestCase("hard", "Không thể gửi", "Không thể gửi thư đến những người nhận sau:", "Địa chỉ email không tồn tại.")]

    // Full
    [TestCase("soft", "Unzustellbar: Der Brief", "Fehler bei der Nachrichtenzustellung an folgende Empfänger oder Gruppen:",
        "Das Postfach des Empfängers ist voll und kann zurzeit keine Nachrichten annehmen.")]
    [TestCase("soft", "Non recapitabile: La lettera", "Recapito non riuscito per i seguenti destinatari o gruppi:",
        "La cassetta postale del destinatario è piena e al momento non può accettare messaggi.")]
    [TestCase("soft", "系统退信", "很抱歉，您发送的邮件被退回，以下是该邮件的相关信息：", "收件人邮箱空间不足，邮件无法送达。")]
    [TestCase("soft", "배달되지 않음: 편지", "다음 받는 사람 또는 그룹에게 메시지를 배달하지 못했습니다.",
        "받는 사람의 사서함이 꽉 차서 지금은 메시지를 받을 수 없습니다.")]
    [TestCase("soft", "تحویل نشد", "ارسال پیام شما به گیرندگان زیر ناموفق بود:", "صندوق پستی گیرنده پر است.")]

    // Refused because of us
    [TestCase("policy", "Mensaje no entregado", "El mensaje no ha podido ser entregado:",
        "Rechazado por considerarse correo no deseado.")]
    [TestCase("policy", "Недоставленное сообщение", "К сожалению, Ваше письмо не может быть доставлено:",
        "сообщение отклонено по подозрению в спаме")]
    [TestCase("policy", "系统退信", "您发送的邮件被退回：", "邮件内容被判定为垃圾邮件，对方服务器拒收。")]
    [TestCase("policy", "配信不能", "メッセージを配信できませんでした。", "迷惑メールと判定されたため、受信を拒否されました。")]
    [TestCase("policy", "메일 반송", "메일을 전송할 수 없습니다.", "스팸 메일로 판단되어 수신이 차단되었습니다.")]
    [TestCase("policy", "Teslim edilemedi", "İletiniz teslim edilemedi.",
        "İleti istenmeyen posta olarak değerlendirildi ve reddedildi.")]
    [TestCase("policy", "تعذر التسليم", "لم يتم تسليم رسالتك:", "تم رفض الرسالة لأنها بريد عشوائي.")]
    [TestCase("policy", "Unzustellbar", "Ihre Nachricht konnte nicht zugestellt werden:",
        "Abgelehnt durch eine Richtlinie des Empfängers.")]
    public void A_report_is_understood_in_the_language_of_its_server(string kind, string subject, string says, string why)
    {
        var verdicts = MailVerdicts.Of(ReportReader.Read(ComeBack.Bytes($"""
            Return-Path: <>
            From: postmaster@readers.test
            To: bounces@sender.test
            Subject: {subject}
            MIME-Version: 1.0
            Content-Type: text/plain; charset=utf-8

            {says}

            ana@readers.test
            {why}
            """)), Judge);
        Assert.That(verdicts.Recipients.Select(one => (one.Address, Verdict.Word(one.Verdict.Kind))),
            Is.EqualTo(new[] { ("ana@readers.test", kind) }), verdicts.Line());
    }
}
