using System.Text;
using Dispatch.Worker.Issues.Content;

namespace Dispatch.Worker.Hosting.Rehearsals;

/// <summary>The issue that a rehearsal sends. It is as long as a long issue: its message is about 50 KB.</summary>
internal static class RehearsalIssue
{
    private static readonly string[] Sentences =
    [
        "The train left the border station an hour late, and nobody on the platform seemed surprised.",
        "Officials in the capital call the new line a bridge between two markets; those who load its wagons call it a long night.",
        "“We were promised work for the whole valley,” a driver said, and counted the trucks that had passed since morning.",
        "Prices for grain have doubled on one side of the river and halved on the other, and the river has not moved.",
        "A contract of forty pages lists every bolt of the bridge and says nothing of the village beneath it.",
        "The [ministry’s figures](https://statistics.example/border-trade) tell of growth in each of the last eight quarters.",
        "In the warehouse the labels are in three alphabets, and the guard reads none of them.",
        "What happens next will be decided far from here, over a table at which none of these people has a chair.",
    ];

    public static IssueText Text { get; } = new("A rehearsal of the whole way to the reader",
        "What comes first in the inbox beside the subject", "By A. Correspondent", "rehearsal", Body());

    private static string Body()
    {
        var body = new StringBuilder();
        for (var section = 1; section <= 12; section++)
        {
            body.Append("## The road, part ").Append(section).Append("\n\n");
            for (var paragraph = 0; paragraph < 3; paragraph++)
            {
                for (var sentence = 0; sentence < 5; sentence++)
                    body.Append(Sentences[(section * 3 + paragraph * 5 + sentence) % Sentences.Length]).Append(' ');
                body.Append("\n\n");
            }
        }
        return body.ToString();
    }
}
