using System.Security.Cryptography;
using System.Text;
using Dispatch.Worker.Database;
using Dispatch.Worker.Privacy;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Worker.Subscribers.SignUp;

/// <summary>
/// The wording beside the button that readers pressed to consent, kept as proof (GDPR, article 7). Each wording is stored once, and
/// subscriptions refer to its version.
/// </summary>
public class ConsentText
{
    /// <summary>The length of a version, in characters.</summary>
    public const int VersionLength = 16;

    /// <summary>The beginning of a hash of language and wording, so the same wording has the same version at every site.</summary>
    public required string Version { get; set; }

    /// <summary>The language, as a BCP 47 tag.</summary>
    public required string Language { get; set; }

    /// <summary>The wording as shown, with heading, sentence and button on a line each.</summary>
    public required string Words { get; set; }

    /// <summary>The day on which the wording was first shown.</summary>
    public DateTimeOffset FirstShownAt { get; set; }

    /// <summary>Stores the wording if it isn't stored yet, in the caller's transaction.</summary>
    /// <returns>The version of the wording.</returns>
    internal static async Task<string> KeepAsync(DispatchDb db, ShownWords shown, DateTimeOffset now, CancellationToken cancel)
    {
        var version = Base32.Encode(SHA256.HashData(Encoding.UTF8.GetBytes($"{shown.Language}\n{shown.Words}"))
            .AsSpan(0, VersionLength * 5 / 8));
        var day = db.Stored(RoundedInstants.DayOf(now));
        await db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO "ConsentTexts" ("Version", "Language", "Words", "FirstShownAt")
            VALUES ({version}, {shown.Language}, {shown.Words}, {day})
            ON CONFLICT ("Version") DO NOTHING
            """, cancel);
        return version;
    }
}

/// <summary>The wording that the page showed beside the button.</summary>
/// <param name="Language">The page's language, as a BCP 47 tag.</param>
/// <param name="Words">The wording, without markup.</param>
public sealed record ShownWords(string Language, string Words);
