using System.IO.Compression;
using System.Text.Json;
using Microsoft.AspNetCore.DataProtection;

namespace Dispatch.Api.Http.Input;

/// <summary>A form from a desk page that could not be accepted. Its page is shown again with the typed text, which is not saved.</summary>
/// <param name="Path">The path of the form's page.</param>
/// <param name="Why">Why the form was not accepted.</param>
/// <param name="Fields">The values of the fields, without files.</param>
/// <param name="HadFiles">Whether files had been chosen. They must be chosen again.</param>
/// <param name="At">When the form was sent.</param>
public sealed record KeptForm(string Path, KeptWhy Why, IReadOnlyDictionary<string, string> Fields, bool HadFiles, DateTimeOffset At)
{
    public string? this[string field] => Fields.GetValueOrDefault(field);

    /// <summary>The account that filled in the form, according to the form. Only for display, because a form can be forged.</summary>
    public string? Writer => this["Writer"];
}

public enum KeptWhy
{
    /// <summary>The session had ended when the form was sent.</summary>
    SignedOut,

    /// <summary>The form's antiforgery cookie had expired or belonged to another person.</summary>
    OldPage,
}

/// <summary>
/// Encrypts a kept form for the sign-in page, so the server need not store anything for a stranger. The text is compressed first.
/// </summary>
public sealed class KeptForms(IDataProtectionProvider protection, TimeProvider clock)
{
    /// <summary>How long a kept form can be restored, since a page may be left open over a weekend.</summary>
    private static readonly TimeSpan KeepFor = TimeSpan.FromDays(7);

    private readonly IDataProtector protector = protection.CreateProtector("Dispatch.KeptForm.1");

    public string Seal(KeptForm form)
    {
        using var packed = new MemoryStream();
        using (var packing = new BrotliStream(packed, CompressionLevel.Fastest))
            JsonSerializer.Serialize(packing, form);
        return Convert.ToBase64String(protector.Protect(packed.ToArray()));
    }

    /// <summary>Decrypts a kept form. Returns null if it is not from this site or is too old.</summary>
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
