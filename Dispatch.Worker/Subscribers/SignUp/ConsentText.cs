using System.Security.Cryptography;
using System.Text;
using Dispatch.Worker.Database;
using Dispatch.Worker.Privacy;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Worker.Subscribers.SignUp;

/// <summary>
/// The wording beside the button with which readers said yes: what a proof of consent has to show (GDPR, article 7). The same wording is
/// one row, however many people read it, and a subscription names its version. Texts change, and so do newsletters' names: the rows stay.
/// </summary>
public class ConsentText
{
    /// <summary>How many characters a version has.</summary>
    public const int VersionLength = 16;

    /// <summary>The beginning of a hash of language and wording: the same wording has the same version at every site.</summary>
    public required string Version { get; set; }

    /// <summary>BCP 47.</summary>
    public required string Language { get; set; }

    /// <summary>As shown, one line for each part of the page: heading, sentence, button.</summary>
    public required string Words { get; set; }

    /// <summary>The day.</summary>
    public DateTimeOffset FirstShownAt { get; set; }

    /// <summary>Stores the wording, unless it is already stored; in the caller's transaction.</summary>
    /// <returns>Its version.</returns>
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

/// <summary>What a reader read before they pressed the button.</summary>
/// <param name="Language">BCP 47, the page's language.</param>
/// <param name="Words">Without markup.</param>
public sealed record ShownWords(string Language, string Words);
