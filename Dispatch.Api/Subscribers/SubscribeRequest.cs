using System.Globalization;
using System.Text.RegularExpressions;
using Dispatch.Api.Http.Input;
using Dispatch.Worker.Subscribers;
using FluentValidation;

namespace Dispatch.Api.Subscribers;

/// <summary>A sign-up, from the form or through the API.</summary>
/// <param name="Email">The address that asks for the newsletters.</param>
/// <param name="Name">The name by which the reader wants to be addressed.</param>
/// <param name="Newsletters">The slugs of the newsletters. If empty or omitted, the site's first newsletter.</param>
/// <param name="Language">The reader's language as a BCP 47 tag, such as <c>en</c>.</param>
/// <param name="Challenge">The challenge from a 429 answer for this address.</param>
/// <param name="Proof">The number that solves the challenge. Without it, the challenge is accepted once Retry-After has passed.</param>
public sealed record SubscribeRequest(
    string? Email, string? Name = null, IReadOnlyList<string>? Newsletters = null, string? Language = null,
        string? Challenge = null, string? Proof = null);

/// <summary>
/// Validates a sign-up, except for its newsletters, which are looked up when it is stored. Faults are text keys, because the form shows
/// them in the reader's language and the API in English.
/// </summary>
internal sealed partial class SubscribeRequestValidator : AbstractValidator<SubscribeRequest>
{
    public SubscribeRequestValidator()
    {
        RuleFor(request => request.Email).IsAddress();
        RuleFor(request => request.Name)
            .MaximumLength(ReaderName.Longest).WithMessage("fault.name.long")
            .Must(BeOneLine).WithMessage("fault.name.lines")
            .Must(BeNoAdvertisement).WithMessage("fault.name.address");
        RuleFor(request => request.Language)
            .Must(language => language is null or "" || LanguageTag().IsMatch(language)).WithMessage("fault.language");
    }

    private static bool BeOneLine(string? name) => name is null || !name.Any(char.IsControl);

    // Later messages greet the reader by this name, so a link in it would be an advertisement to the address's owner.
    private static bool BeNoAdvertisement(string? name)
    {
        var visible = string.Concat((name ?? "").Where(sign => char.GetUnicodeCategory(sign) is not UnicodeCategory.Format));
        return !visible.Contains("://", StringComparison.Ordinal) && !visible.Contains("www.", StringComparison.OrdinalIgnoreCase);
    }

    [GeneratedRegex(@"\A[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}\z")]
    private static partial Regex LanguageTag();
}
