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
    [TestCase("Ana, Ana", "ana")]
    [TestCase("", "")]
    [TestCase("?!", "")]
    public void Its_authors_are_found(string byline, string slugs) =>
        Assert.That(string.Join('|', Bylines.In(byline).Select(author => author.Slug)), Is.EqualTo(slugs));

    [TestCase("A. Novak, B. Reid and C. Li")]
    [TestCase(" 张三、李四 ")]
    public void Its_pieces_are_the_whole_of_it(string byline) =>
        Assert.That(string.Concat(Bylines.PiecesOf(byline).Select(piece => piece.Text)), Is.EqualTo(byline));
}
