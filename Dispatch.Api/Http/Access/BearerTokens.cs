using System.Globalization;
using System.Security.Claims;
using System.Text.Encodings.Web;
using Dispatch.Worker.Staff;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.Options;

namespace Dispatch.Api.Http.Access;

/// <summary>
/// Authenticates callers of the HTTP API by <c>Authorization: Bearer</c> (RFC 6750). Its 401 and 403 responses are problem details.
/// </summary>
internal sealed class BearerTokens(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logs, UrlEncoder encoder, ApiTokens tokens)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logs, encoder)
{
    public new const string Scheme = "Bearer";

    /// <summary>The claim with the token's id, for the audit log.</summary>
    public const string TokenId = "dispatch:token";

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var header = Request.Headers.Authorization.ToString();
        if (!header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase))
            return AuthenticateResult.NoResult();
        if (await tokens.FindAsync(header[7..].Trim(), Context.RequestAborted) is not { } token)
            return AuthenticateResult.Fail("The token is unknown or has expired.");
        var identity = new ClaimsIdentity(Scheme, ClaimTypes.Name, ClaimTypes.Role);
        identity.AddClaim(new Claim(TokenId, token.Id.ToString(CultureInfo.InvariantCulture)));
        identity.AddClaim(new Claim(ClaimTypes.Role, token.Role));
        return AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), Scheme));
    }

    protected override async Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        var failed = await HandleAuthenticateOnceSafeAsync() is { Failure: not null };
        Response.Headers.WWWAuthenticate = failed ? "Bearer error=\"invalid_token\"" : "Bearer";
        await Problems.Of(StatusCodes.Status401Unauthorized, "Who is asking?", failed ? "The token is unknown or has expired."
            : "This call needs a token: Authorization: Bearer …").ExecuteAsync(Context);
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties) =>
        Problems.Of(StatusCodes.Status403Forbidden, "This role has no permission for that.", "This token's role may not do this.")
            .ExecuteAsync(Context);
}

internal static class TokensFirst
{
    /// <summary>
    /// Answers 401 to a caller without a token before routing reports a wrong method or media type. Must come after authentication.
    /// </summary>
    public static void UseTokensFirst(this IApplicationBuilder app) => app.Use((http, next) =>
        http.Request.Path.StartsWithSegments("/api/v1") && http.GetEndpoint() is { } endpoint && !IsOpen(http.Request.Path)
            && endpoint.Metadata.GetMetadata<IAuthorizeData>() is null && endpoint.Metadata.GetMetadata<IAllowAnonymous>() is null
            && http.User.Identity is not { IsAuthenticated: true }
            ? http.ChallengeAsync()
            : next(http));

    private static bool IsOpen(PathString path) => path.StartsWithSegments("/api/v1/subscriptions");
}
