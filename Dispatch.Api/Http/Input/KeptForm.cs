using System.IO.Compression;
using System.Text.Json;
using Microsoft.AspNetCore.DataProtection;

namespace Dispatch.Api.Http.Input;

/// <summary>What somebody sent from a desk page and nothing could be done with yet: shown again, never acted on by itself.</summary>
/// <param name="Path">The page it belongs to.</param>
/// <param name="Why">Why it was not taken.</param>
/// <param name="Fields">What was typed, without files.</param>
/// <param name="HadFiles">Files were chosen: they have to be chosen again.</param>
/// <param name="At">When.</param>
public sealed record KeptForm(string Path, KeptWhy Why, IReadOnlyDictionary<string, string> Fields, bool HadFiles, DateTimeOffset At)
{
    public string? this[string field] => Fields.GetValueOrDefault(field);

    /// <summary>Whose page it was typed on, as that page knew them: for a sentence, not for a decision.</summary>
    public string? Writer => this["Writer"];
}

public enum KeptWhy
{
    /// <summary>The session had ended.</summary>
    SignedOut,

    /// <summary>The form's own cookie had ended, or was another's.</summary>
    OldPage,
}

/// <summary>
/// Seals a kept form, so that it can travel through the sign-in page: nobody reads or changes it there, and the server keeps nothing
/// for a stranger. Text packs well, so a long article does not swell.
/// </summary>
public sealed class KeptForms(IDataProtectionProvider protection, TimeProvider clock)
{
    /// <summary>A page that was left open over a weekend, with its sign-in form, still gives its text back.</summary>
    private static readonly TimeSpan KeepFor = TimeSpan.FromDays(7);

    private readonly IDataProtector protector = protection.CreateProtector("Dispatch.KeptForm.1");

    public string Seal(KeptForm form)
    {
        using var packed = new MemoryStream();
        using (var packing = new BrotliStream(packed, CompressionLevel.Fastest))
            JsonSerializer.Serialize(packing, form);
        return Convert.ToBase64String(protector.Protect(packed.ToArray()));
    }

    /// <summary>Null: it is not ours, or too old.</summary>
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
