using Dispatch.Api.Http;
using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.AspNetCore.Mvc.ViewFeatures;
using Microsoft.AspNetCore.Razor.TagHelpers;

namespace Dispatch.Api.Pages;

/// <summary>
/// Adds the path of <c>Site:PublicUrl</c> to the addresses on all pages that lead to this site. Addresses that begin with <c>~/</c> have
/// it already.
/// </summary>
[HtmlTargetElement("a", Attributes = "href"), HtmlTargetElement("form"), HtmlTargetElement("button", Attributes = "formaction"),
    HtmlTargetElement("iframe", Attributes = "src"), HtmlTargetElement("script", Attributes = "src"),
    HtmlTargetElement("link", Attributes = "href", TagStructure = TagStructure.WithoutEndTag),
    HtmlTargetElement("img", Attributes = "src", TagStructure = TagStructure.WithoutEndTag)]
public sealed class UnderPath : TagHelper
{
    private static readonly string[] Names = ["href", "src", "action", "formaction", "data-preview", "data-watch"];

    [HtmlAttributeNotBound, ViewContext]
    public ViewContext View { get; set; } = null!; // set by ASP.NET

    public override int Order => 20; // runs after the tag helpers that write URLs

    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        var home = View.HttpContext.Request.PathBase;
        if (!home.HasValue)
            return;
        foreach (var name in Names)
            if (output.Attributes[name]?.Value?.ToString() is { } address && PublicPath.IsOurs(address)
                && context.AllAttributes[name]?.Value?.ToString()?.StartsWith("~/", StringComparison.Ordinal) is not true
                && !(home + "/").Equals(address[..Math.Min(address.Length, home.Value!.Length + 1)], StringComparison.Ordinal))
                output.Attributes.SetAttribute(name, home + address);
    }
}
