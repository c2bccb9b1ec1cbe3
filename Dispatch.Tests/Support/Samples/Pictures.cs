using System.Net.Http.Headers;
using NetVips;

namespace Dispatch.Tests.Support.Samples;

internal static class Pictures
{
    /// <summary>Returns a picture of 800 by 600 pixels in one shade of gray, from 0 to 255.</summary>
    public static byte[] Jpeg(int shade = 0)
    {
        using var picture = (Image.Black(800, 600) + (double)shade).Cast(Enums.BandFormat.Uchar);
        return picture.JpegsaveBuffer();
    }

    /// <summary>Returns a PNG of one color.</summary>
    public static byte[] Png(int width, int height)
    {
        using var picture = Image.Black(width, height, bands: 3);
        return picture.PngsaveBuffer();
    }

    /// <summary>Adds a picture to an issue and returns its path on the site.</summary>
    public static async Task<string> AddPicture(this ApiCaller api, int issue, int shade, string name = "border.jpg",
        bool replaces = false)
    {
        var file = new ByteArrayContent(Jpeg(shade)) { Headers = { ContentType = new MediaTypeHeaderValue("image/jpeg") } };
        using var form = new MultipartFormDataContent { { file, "file", name } };
        if (replaces)
            form.Add(new StringContent("true"), "replace");
        return new Uri((await api.Send(HttpMethod.Post, $"/issues/{issue}/photos", form)).Is(201)["url"].GetString()!).AbsolutePath;
    }
}
