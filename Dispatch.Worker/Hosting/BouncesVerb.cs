using System.CommandLine;
using Dispatch.Worker.Bounces.Reports;
using Dispatch.Worker.Bounces.Verdicts;

namespace Dispatch.Worker.Hosting;

/// <summary>
/// The verb <c>bounces classify</c>: says of each file with a message that came back whom it is about and what it means. It needs neither a
/// database nor settings, and changes nothing.
/// </summary>
internal static class BouncesVerb
{
    public static Command Make()
    {
        var files = new Argument<FileInfo[]>("files")
        {
            Description = "Messages as they were received, one per file.",
            Arity = ArgumentArity.OneOrMore,
        };
        var rules = new Option<FileInfo?>("--rules")
        {
            Description = "A file of your own rules, which take precedence over the built-in ones, in the format of Bounces:RulesFile.",
        };
        var classify = new Command("classify",
            "Prints a tab-separated line for each file: file, recipients, kind (hard, soft, policy, complaint, auto-reply, "
                + "none), enhanced "
                + "status, reason.")
        {
            files, rules,
        };
        classify.SetAction(parsed => Classify(parsed.GetRequiredValue(files), parsed.GetValue(rules)));
        return new Command("bounces", "Messages that came back.") { classify };
    }

    private static int Classify(FileInfo[] files, FileInfo? rules)
    {
        var judge = new Judge(rules is null ? TextRules.BuiltIn : TextRules.WithFile(rules.FullName));
        var missing = 0;
        using var output = new StreamWriter(Console.OpenStandardOutput());
        foreach (var file in files)
            try
            {
                output.WriteLine($"{file}\t{MailVerdicts.Of(ReportReader.Read(MailFile.Read(file.FullName)), judge).Line()}");
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
            {
                output.Flush();
                Console.Error.WriteLine($"{file}: {fault.Message.ReplaceLineEndings(" ")}");
                missing++;
            }
        return missing == 0 ? 0 : 1;
    }
}
