using Microsoft.AspNetCore.Razor.TagHelpers;

namespace Dispatch.Api.Pages.Shared;

/// <summary>Adds the chosen language to links and forms on readers' pages that lead to this site, so no cookie is needed.</summary>
[HtmlTargetElement("a", Attributes = Href), HtmlTargetElement("form", Attributes = Action)]
public sealed class CarriesLanguage(ReaderTexts texts) : TagHelper
{
    private const string Href = "href";
    private const string Action = "action";

    public override int Order => 10; // runs after the tag helpers that write URLs

    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        var name = output.TagName == "form" ? Action : Href;
        if (texts.Chosen is not null && context.AllAttributes["hreflang"] is null
            && output.Attributes[name]?.Value?.ToString() is { } address)
            output.Attributes.SetAttribute(name, texts.Carry(address));
    }
}
