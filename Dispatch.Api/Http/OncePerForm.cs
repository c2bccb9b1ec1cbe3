using System.Security.Cryptography;
using Dispatch.Worker.Database;
using Dispatch.Worker.Idempotency;

namespace Dispatch.Api.Http;

/// <summary>
/// Makes a form create only one thing, even if somebody sends it, goes back, changes it and sends it again. The form's key is remembered
/// for a day (<see cref="KeyedRequests"/>), together with the page of what the form has created.
/// </summary>
public sealed class OncePerForm(KeyedRequests requests, ILogger<OncePerForm> log)
{
    // The fields may differ from one request to the next, so all requests count as the same.
    private static readonly byte[] AnyFields = SHA256.HashData("any fields"u8);

    /// <summary>Begins to handle a form. If the result is the first, <see cref="EndAsync"/> must follow.</summary>
    /// <param name="caller">Who sends the form, as named in the audit log.</param>
    /// <param name="form">The key in the form.</param>
    /// <param name="cancel">Cancels the operation.</param>
    public async Task<FormRequest> BeginAsync(string caller, Guid form, CancellationToken cancel) =>
        await requests.BeginAsync(caller, $"form {form}", AnyFields, cancel) switch
        {
            KeyedRequestResult.Answered { Location: { } page } => new FormRequest.Again(page),
            KeyedRequestResult.First first => new FormRequest.First(first),
            _ => new FormRequest.UnderWay(),
        };

    /// <summary>
    /// Remembers the page of what the form has created. If it is null, the form has created nothing, and may be sent again. Never throws:
    /// what was created is there all the same.
    /// </summary>
    public async Task EndAsync(FormRequest.First request, string? page)
    {
        try
        {
            await (page is null ? requests.ForgetAsync(request.Key)
                : requests.KeepAsync(request.Key, new(StatusCodes.Status302Found, null, page, null, [])));
        }
        catch (Exception fault) when (TransientErrors.Is(fault))
        {
            log.LogWarning("A form's key was not kept, so it may create another thing if it is sent again: {Fault}",
                fault.GetBaseException().Message);
        }
    }
}

/// <summary>How often a form has been sent.</summary>
public abstract record FormRequest
{
    private FormRequest()
    {
    }

    public sealed record First(KeyedRequestResult.First Key) : FormRequest;

    /// <summary>The first request is still being handled.</summary>
    public sealed record UnderWay : FormRequest;

    /// <param name="Page">The page of what the form has created.</param>
    public sealed record Again(string Page) : FormRequest;
}
