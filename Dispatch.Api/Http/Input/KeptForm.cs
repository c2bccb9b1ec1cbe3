using System.IO.Compression;
using System.Text.Json;
using Microsoft.AspNetCore.DataProtection;

namespace Dispatch.Api.Http.Input;

/// <summary>What somebody sent from a desk page but could not be processed yet: shown again, never acted on automatically.</summary>
/// <param name="Path">The page it belongs to.</param>
/// <param name="Why">Why it was not accepted.</param>
/// <param name="Fields">What was typed, without files.</param>
/// <param name="HadFiles">Files had been chosen and must be chosen again.</param>
/// <param name="At">When.</param>
public sealed record KeptForm(string Path, KeptWhy Why, IReadOnlyDictionary<string, string> Fields, bool HadFiles, DateTimeOffset At)
{
    public string? this[string field] => Fields.GetValueOrDefault(field);

    /// <summary>Whose page it was typed on, according to that page: for a sentence, not for a decision.</summary>
    public string? Writer => this["Writer"];
}

public enum KeptWhy
{
    /// <summary>The session had ended.</summary>
    SignedOut,

    /// <summary>The form's own cookie had expired or belonged to somebody else.</summary>
    OldPage,
}

/// <summary>
/// Seals a kept form so that it can travel through the sign-in page: nobody can read or change it there, and the server stores nothing for
/// a stranger. Text compresses well, so a long article does not swell.
/// </summary>
public sealed class KeptForms(IDataProtectionProvider protection, TimeProvider clock)
{
    /// <summary>A page left open over a weekend, along with its sign-in form, still gives its text back.</summary>
    private static readonly TimeSpan KeepFor = TimeSpan.FromDays(7);

    private readonly IDataProtector protector = protection.CreateProtector("Dispatch.KeptForm.1");

    public string Seal(KeptForm form)
    {
        using var packed = new MemoryStream();
        using (var packing = new BrotliStream(packed, CompressionLevel.Fastest))
            JsonSerializer.Serialize(packing, form);
        return Convert.ToBase64String(protector.Protect(packed.ToArray()));
    }

    /// <summary>Null: it is not ours, or it is too old.</summary>
    public KeptForm? Open(string? text)
    {
        if (string.IsNullOrEmpty(text))
            return null;
        try
        {
            using var packed = new MemoryStream(protector.Unprotect(Convert.FromBase64String(text)));
            using var unpacking = new BrotliStream(packed, CompressionMode.Decompress);
            return JsonSerializer.Deserialize<KeptForm>(unpacking) is { } form && form.At + KeepFor > clock.GetUtcNow() ? form : null;
        }
        catch (Exception fault) when (fault is FormatException or System.Security.Cryptography.CryptographicException or JsonException)
        {
            return null;
        }
    }
}
