using System.Globalization;
using System.Text.RegularExpressions;
using Markdig;
using Markdig.Extensions.AutoLinks;
using Markdig.Helpers;
using Markdig.Parsers;
using Markdig.Parsers.Inlines;
using Markdig.Syntax.Inlines;

namespace Dispatch.Worker.Issues.Content.Parsing;

/// <summary>
/// The Markdown of an issue: CommonMark with Markdig's pipe tables, footnotes, task lists and alert blocks, <c>~~struck~~</c>,
/// <c>H~2~O</c>, <c>10^6^</c>, and addresses as links.
/// </summary>
internal static partial class IssuePipeline
{
    public static MarkdownPipelineBuilder New()
    {
        var pipeline = new MarkdownPipelineBuilder().UsePreciseSourceLocation()
            .UseAutoLinks(new AutoLinkOptions { UseHttpsForWWWLinks = true })
            .UsePipeTables().UseFootnotes().UseTaskLists().UseAlertBlocks();
        pipeline.InlineParsers.Replace<EmphasisInlineParser>(new EmphasisParser());
        pipeline.BlockParsers.Replace<HtmlBlockParser>(new HtmlParser());
        return pipeline;
    }

    /// <summary>
    /// Emphasis as people type it. In CommonMark, a mark after punctuation can't close if a letter follows the mark, so <c>**«слово»**и</c>
    /// and <c>**强调。**后文</c> would keep their asterisks.
    /// </summary>
    private sealed class EmphasisParser : EmphasisInlineParser
    {
        public EmphasisParser()
        {
            CjkFriendlyEmphasis = true;
            EmphasisDescriptors.Add(new EmphasisDescriptor('~', 1, 2, true));
            EmphasisDescriptors.Add(new EmphasisDescriptor('^', 1, 1, true));
        }

        public override bool Match(InlineProcessor processor, ref StringSlice slice)
        {
            var before = slice.PeekCharExtra(-1);
            if (!base.Match(processor, ref slice))
                return false;
            if (processor.Inline is EmphasisDelimiterInline { DelimiterChar: '*' or '~' or '^' } mark)
            {
                var after = slice.CurrentChar;
                if (IsSign(before) && IsOfWord(after) && !IsOpening(before))
                    mark.Type |= DelimiterType.Close;
                else if (IsOfWord(before) && IsSign(after) && !IsClosing(after))
                    mark.Type |= DelimiterType.Open;
            }
            return true;
        }

        private static bool IsSign(char c) => c != '\0' && !char.IsWhiteSpace(c) && !IsOfWord(c);

        // Vowel signs and joiners belong to a word as letters do, such as the one in Persian's کتاب‌ها.
        private static bool IsOfWord(char c) => char.IsLetterOrDigit(c) || char.GetUnicodeCategory(c) is UnicodeCategory.NonSpacingMark
            or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.Format;

        private static bool IsOpening(char c) => c is '(' or '[' or '{' or '¿' or '¡' or '„' or '‚' or '（' or '「' or '『' or '《' or '【';

        private static bool IsClosing(char c) => c is ')' or ']' or '}' or '.' or ',' or ':' or ';' or '!' or '?' or '…';
    }

    /// <summary>Keeps a line that begins with a <c>br</c> tag in its paragraph. Other tags begin a block of HTML.</summary>
    private sealed partial class HtmlParser : HtmlBlockParser
    {
        public override BlockState TryOpen(BlockProcessor processor) =>
            LineBreak().IsMatch(processor.Line.AsSpan()) ? BlockState.None : base.TryOpen(processor);

        [GeneratedRegex(@"^<br\s*/?>", RegexOptions.IgnoreCase)]
        private static partial Regex LineBreak();
    }
}
