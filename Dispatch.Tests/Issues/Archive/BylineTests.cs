using Dispatch.Worker.Issues.Archive;

namespace Dispatch.Tests.Issues.Archive;

public class BylineTests
{
    [TestCase("Reid Standish", "reid-standish")]
    [TestCase("Ana Novak and Reid Standish", "ana-novak|reid-standish")]
    [TestCase("A. Novak, B. Reid & C. Li", "a-novak|b-reid|c-li")]
    [TestCase("Anna Nowak i Jan Kos", "anna-nowak|jan-kos")]
    [TestCase("Vladimir I Petrov", "vladimir-i-petrov", Description = "an initial is no conjunction")]
    [TestCase("Анна и Иван Петров", "анна|иван-петров")]
    [TestCase("آنا و رضا", "آنا|رضا")]
    [TestCase("张三、李四", "张三|李四")]
    [TestCase("张三和李四", "张三|李四")]
    [TestCase("Andrea Sandor", "andrea-sandor", Description = "and within a name")]
    [TestCase("RFE/RL's Kyrgyz Service", "rfe-rls-kyrgyz-service")]
    [TestCase("A. Novak, B. Reid, and C. Li", "a-novak|b-reid|c-li", Description = "a comma before the and")]
    [TestCase("А. Новак, Б. Рид и В. Ли", "а-новак|б-рид|в-ли")]
    [TestCase("Smith, Jr.", "smith-jr")]
    [TestCase("John Smith, Jr., and Anna Li, Ph.D.", "john-smith-jr|anna-li-ph-d")]
    [TestCase("Smith, John; Li, Anna", "smith-john|li-anna", Description = "a semicolon leaves the commas to the names")]
    [TestCase("A. Novak, RFE/RL", "a-novak", Description = "where she works")]
    [TestCase("AFP, Ana Novak", "afp|ana-novak")]
    [TestCase("ANNA, IVAN", "anna|ivan", Description = "all of it is in capitals")]
    [TestCase("José Ortega y Gasset", "jose-ortega-y-gasset", Description = "one surname")]
    [TestCase("João Costa e Silva e Ana Reis", "joao-costa-e-silva|ana-reis")]
    [TestCase("Леонардо да Винчи", "леонардо-да-винчи")]
    [TestCase("أحمد علي ومحمد حسن", "أحمد-علي|محمد-حسن")]
    [TestCase("جون ويلسون", "جون-ويلسون", Description = "the letter begins his name")]
    [TestCase("陈和平", "陈和平", Description = "the character is part of the name")]
    [TestCase("鈴木和夫と田中花子", "鈴木和夫|田中花子")]
    [TestCase("김철수와 이영희", "김철수|이영희")]
    [TestCase("约翰·史密斯、李四", "约翰-史密斯|李四")]
    [TestCase("Ana, Ana", "ana")]
    [TestCase("", "")]
    [TestCase("?!", "")]
    public void Its_authors_are_found(string byline, string slugs) =>
        Assert.That(string.Join('|', Bylines.In(byline).Select(author => author.Slug)), Is.EqualTo(slugs));

    [TestCase("A. Novak, B. Reid and C. Li")]
    [TestCase(" 张三、李四 ")]
    public void Its_pieces_are_the_whole_of_it(string byline) =>
        Assert.That(string.Concat(Bylines.PiecesOf(byline).Select(piece => piece.Text)), Is.EqualTo(byline));

    [TestCase("A. Novak, B. Reid", "A. Novak", "B. Reid")]
    [TestCase("Smith, John; Li, Anna", "Smith, John", "Li, Anna")]
    [TestCase("John Smith, Jr., Anna Li", "John Smith, Jr.", "Anna Li", "", "Anna Li")]
    public void Names_become_a_byline_in_which_they_are_found_again(string byline, params string[] names) =>
        Assert.That(Bylines.Of(names), Is.EqualTo(byline));
}
