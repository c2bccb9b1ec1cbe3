using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Dispatch.Api.Pages.Desk;

/// <summary>The desk.</summary>
public sealed class IndexModel : PageModel;
